#include "line_table.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES (1 << 16)

static void forget(LineTable *table)
{
    table->count = 0;
    for (size_t each = 0; each < MOST_WRITERS; each++)
        table->last[each] = NO_LINE;
}

void line_table_clear(LineTable *table)
{
    forget(table);
    table->end = 0;
}

void line_table_free(LineTable *table)
{
    free(table->lines);
    table->lines = NULL;
    table->room = 0;
    line_table_clear(table);
}

/* Whether a line without text may be of a shape: blanks at the end of its prefix may be cut off. */
static int is_blank_of(const Shape *shape, const uint8_t *from, const uint8_t *end)
{
    size_t size = shape->head.size;
    while (size && shape->head.bytes[size - 1] == ' ')
        size--;
    return size < shape->head.size && (size_t)(end - from) == size && memcmp(from, shape->head.bytes, size) == 0;
}

/* Sets the shape and the text of a line that ends before a line end. */
static void classify(const LineTable *table, Line *line, const uint8_t *from, const uint8_t *end)
{
    Bytes text, printed;
    const uint8_t *behind;
    line->shape = table->mixed ? OF_OTHERS : UNKNOWN;
    for (size_t each = 0; each < table->shapes_count; each++) {
        const Shape *shape = table->shapes + each;
        Fit fit = unwrap_line(shape, from, end + 1, &text, &behind, &printed);
        if (fit == FITS) {
            line->shape = (int)each;
            line->text = (size_t)(text.bytes - table->data);
            line->size = text.size;
            return;
        }
        if (fit == OTHER_REST || is_blank_of(shape, from, end))
            line->shape = UNKNOWN;
    }
}

static int make_room(LineTable *table)
{
    if (table->count < table->room)
        return 1;
    size_t room = table->room ? table->room * 2 : 1024;
    Line *lines = realloc(table->lines, room * sizeof *lines);
    if (lines == NULL)
        return 0;
    table->lines = lines;
    table->room = room;
    return 1;
}

int line_table_grow(LineTable *table)
{
    const uint8_t *from = table->data + table->end, *end = line_end(from, table->data + table->size);
    if (end == NULL || table->count == MOST_LINES)
        return 0;
    if (!make_room(table))
        return -1;
    size_t number = table->count++;
    Line *line = table->lines + number, *before = number ? line - 1 : NULL;
    *line = (Line){table->end, 0, 0, NO_LINE, NO_LINE, 0, UNKNOWN};
    if (before != NULL)
        line->unknown = before->unknown + (before->shape == UNKNOWN);
    classify(table, line, from, end);
    if (line->shape >= 0) {
        size_t *last = table->last + table->shapes[line->shape].writer;
        line->before = *last;
        if (*last != NO_LINE)
            table->lines[*last].behind = number;
        *last = number;
    }
    table->end = (size_t)(end + 1 - table->data);
    return 1;
}

size_t line_table_known(const LineTable *table, size_t start)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->lines[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->count && table->lines[low].start == start ? low : NO_LINE;
}

/* Begins anew with the first whole line behind an offset. */
static void begin(LineTable *table, size_t from)
{
    const uint8_t *end = line_end(table->data + from, table->data + table->size);
    forget(table);
    table->end = end == NULL ? table->size : (size_t)(end + 1 - table->data);
}

/* Whether lines from an offset on are better looked at anew than from where the table ends. */
static int is_far_behind(const LineTable *table, size_t from)
{
    return table->count == 0 || table->end < from ||
           (table->count > MOST_LINES / 2 && table->lines[MOST_LINES / 2].start < from);
}

size_t line_table_find(LineTable *table, size_t start, size_t look_back, int *failed)
{
    size_t from = start > look_back ? start - look_back : 0;
    if (is_far_behind(table, from) || start < table->lines[0].start)
        begin(table, from);
    while (table->end <= start) {
        int grown = line_table_grow(table);
        if (grown <= 0) {
            *failed = grown < 0;
            return NO_LINE;
        }
    }
    return line_table_known(table, start);
}

size_t line_table_end(const LineTable *table, size_t number)
{
    return number + 1 < table->count ? table->lines[number + 1].start : table->end;
}
