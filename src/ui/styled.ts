/**
 * Measures in a template: `<i ${styled({ '--share': '40%' })}>`. Lit's styleMap writes a style attribute at first, which our content security policy forbids
 * (https://www.w3.org/TR/CSP3/#directive-style-src); properties that are set by script are not touched by it.
 */
import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

class StyledDirective extends Directive {
  override render(_properties: Readonly<Record<string, string>>): unknown {
    return nothing;
  }

  override update({ element }: ElementPart, [properties]: [Readonly<Record<string, string>>]): unknown {
    const { style } = element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
    return nothing;
  }
}

/** Names are the same in each render. */
export const styled = directive(StyledDirective);
