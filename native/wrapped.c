/* Counting traces in lines that a carrier wraps, those of several writers between each other. */
#include "counter.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES 1024
#define MOST_UNWRAPPED (256 << 10)
#define MOST_HEAD (4 * LONGEST_PATTERN)

/* Where the line starts that holds an offset; 0 where it is the first one, or too far before it to be known. */
static size_t start_of_line(const Counter *counter, size_t at)
{
    return line_start(counter->chunk.data, at > MOST_HEAD ? at - MOST_HEAD : 0, at);
}

static int append(Unwrapped *unwrapped, const uint8_t *data, const Line *line)
{
    if (unwrapped->places == NULL) {
        unwrapped->places = malloc(MOST_LINES * sizeof *unwrapped->places);
        if (unwrapped->places == NULL)
            return -1;
    }
    if (unwrapped->size + line->size + 1 > unwrapped->room) {
        size_t room = (unwrapped->size + line->size + 1) * 2;
        uint8_t *bytes = realloc(unwrapped->bytes, room);
        if (bytes == NULL)
            return -1;
        unwrapped->bytes = bytes;
        unwrapped->room = room;
    }
    memcpy(unwrapped->bytes + unwrapped->size, data + line->text, line->size);
    unwrapped->bytes[unwrapped->size + line->size] = '\n';
    unwrapped->places[unwrapped->lines++] = (Place){line->start, line->text, unwrapped->size};
    unwrapped->size += line->size + 1;
    return 0;
}

/* Sets the number of the writer's next line behind one of its lines. 0 where that is not known, -1 when memory is
 * out. */
static int own_line_behind(Counter *counter, size_t *number)
{
    LineTable *table = &counter->lines;
    while (table->lines[*number].behind == NO_LINE) {
        int grown = line_table_grow(table);
        if (grown == 0 && counter->chunk.size - table->lines[*number].start < MOST_UNWRAPPED)
            counter->cut = 1;
        if (grown <= 0)
            return grown;
        if (table->lines[table->count - 1].shape == UNKNOWN)
            return 0;
    }
    *number = table->lines[*number].behind;
    return 1;
}

/* The text of a writer's lines from one on up to its next record, that record included. 0 where there is none,
 * -1 when memory is out. */
static int unwrap_block(Counter *counter, const Line first, size_t number)
{
    const uint8_t *data = counter->chunk.data;
    Unwrapped *unwrapped = &counter->unwrapped;
    unwrapped->size = unwrapped->lines = 0;
    unwrapped->apart = 0;
    while (unwrapped->lines < MOST_LINES) {
        const Line *line = counter->lines.lines + number;
        if (line->shape != first.shape || line->unknown != first.unknown ||
            line->start - first.start >= MOST_UNWRAPPED)
            return 0;
        if (append(unwrapped, data, line) < 0)
            return -1;
        if (unwrapped->lines > 1 && records_find(&counter->records, data + line->text, line->size))
            return 1;
        size_t behind = number;
        int found = own_line_behind(counter, &behind);
        if (found <= 0)
            return found;
        unwrapped->apart |= behind != number + 1;
        number = behind;
    }
    return 0;
}

/* The anchors passed in a text that was unwrapped; 0 where one stands elsewhere at which it was not tried to read. */
static int passed_in(const Passed *passed, const Unwrapped *unwrapped, Passed *inside)
{
    inside->count = 0;
    for (size_t each = 0; each < passed->count; each++) {
        size_t line = unwrapped->lines;
        while (line > 0 && unwrapped->places[line - 1].text > passed->at[each])
            line--;
        size_t end = line < unwrapped->lines ? unwrapped->places[line].bare : unwrapped->size;
        const Place *place = unwrapped->places + (line ? line - 1 : 0);
        size_t at = place->bare + passed->at[each] - place->text;
        if (line > 0 && at < end)
            pass_by(inside, passed->anchor[each], at);
        else if (each >= passed->asked)
            return 0;
    }
    return 1;
}

/* A writer's line before one of its lines; NO_LINE where that cannot be told, or is of its last trace. */
static size_t own_line_before(const Counter *counter, const Line *line)
{
    const Line *before = counter->lines.lines + line->before;
    if (line->before == NO_LINE || before->shape != line->shape || before->unknown != line->unknown)
        return NO_LINE;
    if (line->start > counter->look_back && before->start <= line->start - counter->look_back)
        return NO_LINE;
    int64_t floor = counter->floors[counter->shapes[line->shape].writer];
    return counter->chunk.base + (int64_t)before->start < floor ? NO_LINE : line->before;
}

/* The time that a carrier printed on a line. */
static Bytes printed_on(const Counter *counter, const Line *line)
{
    const uint8_t *data = counter->chunk.data, *behind;
    Bytes text, printed = {NULL, 0};
    unwrap_line(counter->shapes + line->shape, data + line->start, data + counter->chunk.size, &text, &behind,
                &printed);
    return printed;
}

/* Whether a line may be the log record of a trace that starts in another one, and it is known when that was. */
static int time_of_trace(const Counter *counter, const Start *known, const Line *record, const Line *first,
                         Moment *moment)
{
    const Shape *shape = counter->shapes + first->shape;
    const TimeSpan *time = shape->head_time.end ? &shape->head_time : &shape->tail_time;
    Bytes logged = {counter->chunk.data + record->text, record->size};
    if (!records_find(&counter->records, logged.bytes, logged.size) || !counter_may_log(counter, known, logged))
        return 0;
    if (!time->end)
        return records_time(&counter->records, logged, moment) && (moment->size || !known->in_record);
    Bytes printed = printed_on(counter, first);
    return dates_read(counter->records.dates, printed.bytes, printed.size, time->seconds, moment) &&
           (moment->size || !known->in_record);
}

/* Where the writer's lines end of a trace whose anchor stands in a line, or that line, where those of others
 * are between them; 0 where it is to be read, -1 when memory is out. */
static int64_t take_shaped(Counter *counter, const Start *known, size_t anchor, const Passed *passed)
{
    const LineTable *table = &counter->lines;
    Moment moment;
    size_t number = anchor;
    for (size_t lines = known->lines_before; lines && number != NO_LINE; lines--)
        number = own_line_before(counter, table->lines + number);
    if (number == NO_LINE)
        return 0;
    const Line first = table->lines[number];
    size_t record = known->in_record ? number : own_line_before(counter, &first);
    if (record == NO_LINE || !time_of_trace(counter, known, table->lines + record, &first, &moment))
        return 0;
    size_t behind_anchor = table->lines[anchor].start + 1;
    int done = unwrap_block(counter, first, number);
    if (done <= 0)
        return done;
    size_t end;
    Passed inside;
    const Unwrapped *unwrapped = &counter->unwrapped;
    if (!passed_in(passed, unwrapped, &inside))
        return 0;
    int slot = traces_match(&counter->traces, known, unwrapped->bytes, unwrapped->size, &inside, &end);
    const Place *last = unwrapped->places + unwrapped->lines - 1;
    /* The record that was met must be the one behind the trace. */
    if (slot < 0 || end != last->bare)
        return 0;
    if (!counter_count(counter, slot, &moment, first.start))
        return 0;
    counter->floors[counter->shapes[first.shape].writer] = counter->chunk.base + (int64_t)last->line;
    return (int64_t)(unwrapped->apart ? behind_anchor : last->line);
}

int counter_is_dealt_with(Counter *counter, size_t at)
{
    const Chunk *chunk = &counter->chunk;
    if (!counter->lines.mixed || !counter->shapes_count)
        return 0;
    size_t line = start_of_line(counter, at), number = line_table_known(&counter->lines, line);
    if (number != NO_LINE) {
        int shape = counter->lines.lines[number].shape;
        return shape >= 0 && chunk->base + (int64_t)line < counter->floors[counter->shapes[shape].writer];
    }
    for (size_t each = 0; line && each < counter->shapes_count; each++) {
        const Shape *shape = counter->shapes + each;
        Bytes text, printed;
        const uint8_t *behind;
        if (unwrap_line(shape, chunk->data + line, chunk->data + chunk->size, &text, &behind, &printed) == FITS)
            return chunk->base + (int64_t)line < counter->floors[shape->writer];
    }
    return 0;
}

int64_t counter_take_wrapped(Counter *counter, const Start *known, size_t start, const Passed *passed)
{
    int failed = 0;
    size_t at = start_of_line(counter, start);
    size_t number = at ? line_table_find(&counter->lines, at, 2 * counter->look_back, &failed) : NO_LINE;
    if (number == NO_LINE)
        return failed ? -1 : 0;
    const Line *line = counter->lines.lines + number;
    if (line->shape < 0)
        return 0;
    if (counter->chunk.base + (int64_t)at < counter->floors[counter->shapes[line->shape].writer])
        return passed->count > passed->asked ? 0 : (int64_t)line_table_end(&counter->lines, number);
    int in_same_line = known->in_record && known->lines_before == 0;
    if (line->text + known->column != start && !in_same_line)
        return 0;
    return take_shaped(counter, known, number, passed);
}
