/** One lucide icon, drawn as SVG. Decoration: hidden from assistive technology, the control around it carries the name. */
import {
  ArrowDown,
  Bold,
  Camera,
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  Code,
  Copy,
  Ellipsis,
  History,
  Image,
  Info,
  Italic,
  Link,
  List,
  LogOut,
  MessageCircle,
  Mic,
  MicOff,
  Monitor,
  Moon,
  Paperclip,
  Pencil,
  Phone,
  PhoneOff,
  Pin,
  RefreshCw,
  Reply,
  Search,
  SendHorizontal,
  Settings,
  Share2,
  ShieldCheck,
  SlidersHorizontal,
  Smile,
  SmilePlus,
  SquareCheck,
  SquareCode,
  Strikethrough,
  Sun,
  TextQuote,
  Timer,
  Trash,
  Type,
  UserPlus,
  Video,
  VideoOff,
  Volume2,
  WifiOff,
  X,
  type IconNode,
} from 'lucide';

/** All of them stand here, so that screens name them by a word and the first screen need not wait for their drawings. */
const shapes = {
  alert: CircleAlert,
  attach: Paperclip,
  bold: Bold,
  camera: Video,
  'camera-off': VideoOff,
  chat: MessageCircle,
  check: Check,
  close: X,
  code: Code,
  'code-block': SquareCode,
  copy: Copy,
  dark: Moon,
  delete: Trash,
  delivered: CheckCheck,
  down: ArrowDown,
  edit: Pencil,
  emoji: Smile,
  formatting: Type,
  'hang-up': PhoneOff,
  history: History,
  info: Info,
  invite: UserPlus,
  italic: Italic,
  leave: LogOut,
  light: Sun,
  link: Link,
  list: List,
  microphone: Mic,
  'microphone-off': MicOff,
  more: Ellipsis,
  offline: WifiOff,
  phone: Phone,
  photo: Camera,
  picture: Image,
  pin: Pin,
  quote: TextQuote,
  react: SmilePlus,
  renew: RefreshCw,
  reply: Reply,
  'room-settings': SlidersHorizontal,
  search: Search,
  select: SquareCheck,
  send: SendHorizontal,
  settings: Settings,
  share: Share2,
  sound: Volume2,
  strikethrough: Strikethrough,
  system: Monitor,
  timer: Timer,
  verified: ShieldCheck,
  waiting: Clock,
} as const;

export type IconName = keyof typeof shapes;

const drawings = new Map<string, IconNode>(Object.entries(shapes));

/** Further ones, that come with the code that shows them (file-icons.ts), before its elements are drawn. */
export function addIcons(further: Readonly<Record<string, IconNode>>): void {
  for (const [name, drawing] of Object.entries(further)) drawings.set(name, drawing);
}

const namespace = 'http://www.w3.org/2000/svg';

/**
 * The size follows the text around it (1.25em) and is kept free until the drawing is there (shared-styles.ts).
 * A plain element: Lit's template per icon would cost more than the drawing. It draws into a shadow root, since Lit counts the children of a
 * template while it clones it, and would be out by one drawing.
 *
 * @attr name - an `IconName`
 */
export class MmIcon extends HTMLElement {
  static readonly observedAttributes = ['name'];

  readonly #root = this.attachShadow({ mode: 'open' });

  attributeChangedCallback(_attribute: string, _before: string | null, name: string | null): void {
    const drawing = draw('svg', { 'aria-hidden': 'true', viewBox: '0 0 24 24', width: '100%', fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' });
    drawing.append(...(drawings.get(name ?? '') ?? []).map(([tag, attributes]) => draw(tag, attributes)));
    this.#root.replaceChildren(drawing);
  }
}

function draw(tag: string, attributes: Readonly<Record<string, string | number | undefined>>): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-icon': MmIcon;
  }
}

customElements.define('mm-icon', MmIcon);
