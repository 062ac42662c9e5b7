/** Icons that only files need: they come with the code for files, not with the first screen. */
import { ChevronLeft, ChevronRight, Download, File, FileArchive, FileCode, FileMusic, FileSpreadsheet, FileText, FileX, Film, Pause, Play, Save, ZoomIn, ZoomOut } from 'lucide';
import type { FileEntry } from '../core/file';
import { endingOf } from '../core/file-name';
import { addIcons, type IconName } from './mm-icon';

const shapes = {
  archive: FileArchive,
  'broken-file': FileX,
  download: Download,
  file: File,
  film: Film,
  next: ChevronRight,
  pause: Pause,
  play: Play,
  previous: ChevronLeft,
  save: Save,
  'sound-file': FileMusic,
  source: FileCode,
  table: FileSpreadsheet,
  text: FileText,
  'zoom-in': ZoomIn,
  'zoom-out': ZoomOut,
} as const;

addIcons(shapes);

export type FileIconName = IconName | keyof typeof shapes;

/** By the ending of the name, since types are often missing; what neither tells is a plain sheet. */
const iconsByEnding: Readonly<Record<string, FileIconName>> = Object.fromEntries(
  (
    [
      ['text', 'txt md pdf doc docx odt rtf pages epub'],
      ['table', 'xls xlsx ods csv tsv numbers'],
      ['archive', 'zip gz tgz bz2 xz 7z rar tar zst'],
      ['source', 'js ts html htm css json xml svg py java c cpp h rs go sh rb php'],
      ['sound-file', 'mp3 m4a aac ogg oga opus wav flac mid'],
      ['film', 'mp4 mov mkv webm avi m4v'],
      ['picture', 'jpg jpeg png gif webp avif heic heif tif tiff bmp psd'],
    ] as const
  ).flatMap(([icon, endings]) => endings.split(' ').map((ending) => [ending, icon])),
);

export function fileIcon(file: FileEntry): FileIconName {
  if (file === 'broken') return 'broken-file';
  switch (file.look.kind) {
    case 'picture':
      return 'picture';
    case 'video':
      return 'film';
    case 'sound':
    case 'voice':
      return 'sound-file';
    case 'plain':
      return iconsByEnding[endingOf(file.name)] ?? 'file';
  }
}
