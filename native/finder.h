/* Finding many literals at once. */
#ifndef STACKTRACES_FINDER_H
#define STACKTRACES_FINDER_H

#include <stddef.h>
#include <stdint.h>

#define CODE_BITS 12
#define MOST_LITERALS (1 << CODE_BITS)
#define BUCKETS 8
#define WINDOW 4
#define WINDOW_BITS 15
#define FIRST_BITS 10

typedef struct {
    const uint8_t *bytes;
    size_t size;
    size_t window; /* where the bytes stand that are looked for first */
} Literal;

typedef struct {
    Literal *literals;
    size_t count, longest;
    uint16_t first[1 << FIRST_BITS]; /* for the upper bits of a window's hash, one more than a literal's number, */
    uint16_t *next; /* and for each literal, the same of the next one that has them; 0 ends it */
    uint8_t whole[WINDOW][256]; /* for each place of the window and each byte, the buckets that take it */
    uint8_t low[WINDOW][16];    /* the same for the lower four bits of a byte, */
    uint8_t high[WINDOW][16];   /* and for the upper four */
    uint8_t windows[1 << (WINDOW_BITS - 3)]; /* a bit for the hash of each literal's window */
} Finder;

/* Places of literals, ascending: offset << CODE_BITS | number of the literal. */
typedef struct {
    int64_t *items;
    size_t count;
    size_t room;
} Hits;

/* Takes literals of at least WINDOW bytes, which must outlive it; -1 when memory is out. */
int finder_init(Finder *finder, Literal *literals, size_t count);
void finder_clear(Finder *finder);

/* Adds all literals that stand whole between two offsets, behind those that are there; -1 when memory is out. */
int finder_search(const Finder *finder, const uint8_t *data, size_t start, size_t stop, Hits *hits);

/* Line ends between two pointers. */
size_t count_line_ends(const uint8_t *from, const uint8_t *to);

#endif
