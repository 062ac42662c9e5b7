/** Prints the figures of all benchmarks as one table in Markdown, ready for an issue's closing note. */
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { figureAnnotation } from './measure';
import type { Figure } from './measure';

export default class TableReporter implements Reporter {
  readonly #figures: Figure[] = [];
  readonly #failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    console.log(`${result.status === 'passed' ? 'ok    ' : 'FAILED'} ${test.title} ${(result.duration / 1000).toFixed(1)} s`);
    if (result.status !== 'passed') this.#failures.push(`${test.title}: ${result.error?.message ?? result.status}`);
    for (const { type, description } of result.annotations) {
      if (type === figureAnnotation && description !== undefined) this.#figures.push(JSON.parse(description) as Figure);
    }
  }

  onError(error: { message?: string }): void {
    this.#failures.push(error.message ?? 'unknown error');
  }

  onEnd(): void {
    console.log('\n| measure | value | control | ratio | goal |\n|---|---|---|---|---|');
    for (const { measure, value, control = '', ratio, goal, met } of this.#figures) {
      const verdict = met === undefined ? '' : met ? ', met' : ', missed';
      console.log(`| ${measure} | ${value} | ${control} | ${ratio?.toFixed(2) ?? ''} | ${goal === undefined ? '' : `${goal}${verdict}`} |`);
    }
    for (const failure of this.#failures) console.log(`\nFAILED ${failure}`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
