/** How a disk takes what makes a file longer: the ways in which browsers say that it is full (src/storage/disk/file-folder.ts). */
export type DiskMode = 'works' | 'throws' | 'writes less' | 'says a length that is too large';
