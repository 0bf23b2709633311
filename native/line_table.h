/* The lines of a chunk, each with its writer and with the writer's next one: each is looked at once, however many
 * traces stand around it. */
#ifndef STACKTRACES_LINE_TABLE_H
#define STACKTRACES_LINE_TABLE_H

#include "lines.h"

#define MOST_SHAPES 64
#define MOST_WRITERS 64

#define OF_OTHERS (-1) /* nobody's whose lines have a known shape */
#define UNKNOWN (-2)   /* perhaps a line of a known writer, in another shape */

#define NO_LINE ((size_t)-1)

typedef struct {
    size_t start;      /* where it stands in the data, */
    size_t text, size; /* and where its text does */
    size_t before, behind; /* the lines of the same writer around it, by their numbers, or NO_LINE */
    size_t unknown;        /* how many of the lines before it have no known writer */
    int shape;             /* the number of its shape, or one of the above */
} Line;

/* The first bytes of a head, as far as they are the same in each line. */
typedef struct {
    uint64_t bytes, mask;
} HeadStart;

typedef struct {
    const Shape *shapes;
    HeadStart starts[MOST_SHAPES];
    size_t shapes_count, longest_head;
    int mixed;           /* lines that nothing wraps may stand between those of the shapes */
    const uint8_t *data;
    size_t size;
    Line *lines; /* in order, without gaps; the first one does not start with the data */
    size_t count, room;
    size_t end;                /* where the last one ends */
    size_t last[MOST_WRITERS]; /* each writer's last line, or NO_LINE */
    size_t found;              /* the line that was asked for last */
} LineTable;

/* Forgets all lines: another chunk comes. */
void line_table_clear(LineTable *table);

/* The same, as one more of the shapes is known. */
void line_table_add_shape(LineTable *table);

void line_table_free(LineTable *table);

/* The number of the whole line that starts at an offset, behind those that start so far before it at most; NO_LINE
 * where there is none. Sets *failed when memory is out. */
size_t line_table_find(LineTable *table, size_t start, size_t look_back, int *failed);

/* The same, if it is there already. */
size_t line_table_known(LineTable *table, size_t start);

/* Where a line ends. */
size_t line_table_end(const LineTable *table, size_t number);

/* Adds the next line; 0 where none is whole or there are too many, -1 when memory is out. */
int line_table_grow(LineTable *table);

#endif
