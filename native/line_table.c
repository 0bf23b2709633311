#include "line_table.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES (1 << 16)

static void forget(LineTable *table)
{
    table->count = table->found = 0;
    for (size_t each = 0; each < MOST_WRITERS; each++)
        table->last[each] = NO_LINE;
}

void line_table_clear(LineTable *table)
{
    forget(table);
    table->end = 0;
}

void line_table_add_shape(LineTable *table)
{
    const Pattern *head = &table->shapes[table->shapes_count].head;
    uint8_t bytes[sizeof(uint64_t)] = {0}, mask[sizeof(uint64_t)] = {0};
    for (size_t at = 0; at < sizeof bytes && at < head->size && head->bytes[at] != DIGITS; at++) {
        bytes[at] = head->bytes[at];
        mask[at] = 0xff;
    }
    HeadStart *start = table->starts + table->shapes_count++;
    memcpy(&start->bytes, bytes, sizeof bytes);
    memcpy(&start->mask, mask, sizeof mask);
    if (head->size > table->longest_head)
        table->longest_head = head->size;
    line_table_clear(table);
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
    while (size && memchr(" \t\r\v\f", shape->head.bytes[size - 1], 5) != NULL)
        size--;
    return size < shape->head.size && (size_t)(end - from) == size && memcmp(from, shape->head.bytes, size) == 0;
}

/* Whether a line may be one without text of some shape. */
static int is_blank(const LineTable *table, const uint8_t *from, const uint8_t *end)
{
    if ((size_t)(end - from) >= table->longest_head)
        return 0;
    for (size_t each = 0; each < table->shapes_count; each++)
        if (is_blank_of(table->shapes + each, from, end))
            return 1;
    return 0;
}

/* Sets the shape and the text of a line that ends before a line end. */
static void classify(const LineTable *table, Line *line, const uint8_t *from, const uint8_t *end)
{
    Bytes text, printed;
    const uint8_t *behind;
    uint64_t start = 0;
    size_t size = (size_t)(end + 1 - from);
    memcpy(&start, from, size < sizeof start ? size : sizeof start);
    line->shape = table->mixed && !is_blank(table, from, end) ? OF_OTHERS : UNKNOWN;
    for (size_t each = 0; each < table->shapes_count; each++) {
        if ((start & table->starts[each].mask) != table->starts[each].bytes)
            continue;
        Fit fit = unwrap_line(table->shapes + each, from, end + 1, &text, &behind, &printed);
        if (fit == FITS) {
            line->shape = (int)each;
            line->text = (size_t)(text.bytes - table->data);
            line->size = text.size;
            return;
        }
        if (fit == OTHER_REST)
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

size_t line_table_known(LineTable *table, size_t start)
{
    const Line *lines = table->lines;
    size_t low = 0, high = table->count, step = 1;
    if (high == 0)
        return NO_LINE;
    /* Most often it is the line that was asked for last, or one of the next. */
    if (lines[table->found].start <= start) {
        for (low = table->found; low + step < high && lines[low + step].start <= start; step *= 2)
            low += step;
        if (low + step < high)
            high = low + step;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lines[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == table->count || lines[low].start != start)
        return NO_LINE;
    return table->found = low;
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
