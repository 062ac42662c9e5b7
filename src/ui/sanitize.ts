/** The last gate before another person's markup reaches the page, and the only file that knows DOMPurify. */
import DOMPurify, { type Config } from 'dompurify';

/**
 * A positive list: text, its structure, and links. DOMPurify's own list lets remote pictures, media, and CSS through (recipes.md), and whoever
 * can make a reader's browser fetch something learns their address.
 */
const config: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [
    '#text', 'a', 'b', 'blockquote', 'br', 'code', 'del', 'details', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'strong', 'sub', 'summary', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul',
  ],
  ALLOWED_ATTR: ['href', 'start'],
  // The number of a list is no address.
  ADD_URI_SAFE_ATTR: ['start'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  // Absolute addresses only: a relative one would be read as part of this app.
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

/** `markup` as a fragment of the listed elements; links open apart and tell nobody where they were pressed. */
export function sanitize(markup: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(markup, config);
  for (const link of fragment.querySelectorAll('a')) {
    link.rel = 'noopener noreferrer';
    link.target = '_blank';
  }
  return fragment;
}
