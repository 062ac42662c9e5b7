/**
 * What a page in English needs of @lit/localize. Its index brings the run-time for other languages along, and isn't marked as free of side
 * effects, so that every visitor would load it; localization.ts has that part.
 */
export { msg } from '@lit/localize/init/install.js';
export { localized } from '@lit/localize/internal/localized-decorator.js';
export { str } from '@lit/localize/internal/str-tag.js';
