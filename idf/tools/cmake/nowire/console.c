/* Where the program's output goes to a pipe or a file, each line is written when it is whole, as on the chip's console:
   who reads along misses nothing of a program that is ended. */
#include <stdio.h>

static void __attribute__((constructor)) write_whole_lines(void) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}
