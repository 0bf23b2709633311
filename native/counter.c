/* The hot path of a scan: most traces of a log that is full of them were seen before.
 *
 * Nothing here knows what a trace looks like. What was read once tells which bytes are the same in the next
 * occurrence (the segments of a skeleton), which may vary (the holes between them), how the log line before a
 * trace and behind it starts, and how a carrier wraps lines. Where all of that is met again, the trace is
 * counted; where anything is in doubt, the hit is handed back to be read.
 */
#include "counter.h"

#include <string.h>

#define LEAST_WINDOW 128
#define MOST_WINDOW (16 << 10)
#define MOST_BLANK_LINES 2
#define MOST_BETWEEN (4 << 10) /* bytes from a trace's first anchor to the one by which it is found */

size_t line_start(const uint8_t *data, size_t from, size_t to)
{
    while (to > from)
        if (data[--to] == '\n')
            return to + 1;
    return 0;
}

/* The number of the line at an offset of the chunk, which may stand before where the counting has come to. */
static int64_t line_at(Chunk *chunk, size_t offset)
{
    const uint8_t *from = chunk->data + chunk->counted, *to = chunk->data + offset;
    if (to < from)
        return chunk->lines - (int64_t)count_line_ends(to, from);
    chunk->lines += (int64_t)count_line_ends(from, to);
    chunk->counted = offset;
    return chunk->lines;
}

static int count(Counter *counter, int number, const Moment *moment, size_t offset)
{
    Slot *slot = counter->slots + number;
    Chunk *chunk = &counter->chunk;
    Source source = {moment->size ? moment->at : UNDATED, chunk->file, chunk->base + (int64_t)offset, 0};
    if (source.offset < counter->first || source.offset >= counter->end)
        return 1;
    if (moment->size ? moment->at < counter->since || moment->at > counter->until : !counter->undated)
        return 1;
    if (source_before(&source, &slot->example))
        return 0;
    slot_count(slot, moment);
    if (slot_keeps(slot, &source)) {
        source.line = line_at(chunk, offset);
        slot_keep(slot, &source);
    }
    return 1;
}

int counter_count(Counter *counter, int number, const Moment *moment, size_t offset)
{
    int counted = count(counter, number, moment, offset);
    if (counted && counter->passed < 0)
        counter->passed = (int64_t)offset;
    return counted;
}

int counter_may_log(const Counter *counter, const Start *known, Bytes line)
{
    return known->in_record || !known->doubts ||
           !traces_doubtful(&counter->traces, known->doubts, line.bytes, line.bytes + line.size);
}

/* The anchors passed in a trace, counted from the start of a text that holds it; 0 where one stands before it at
 * which it was not tried to read. */
static int passed_from(const Passed *passed, size_t text, size_t trace, Passed *inside)
{
    inside->count = 0;
    for (size_t each = 0; each < passed->count; each++) {
        if (passed->at[each] >= trace)
            pass_by(inside, passed->anchor[each], passed->at[each] - text);
        else if (each >= passed->asked)
            return 0;
    }
    return 1;
}

/* Where the line before an offset starts, if it is not of a trace of that writer; 0 where it cannot be told. */
static size_t line_before(const Counter *counter, size_t line, int64_t floor)
{
    size_t lowest = line > counter->look_back ? line - counter->look_back : 0;
    int64_t from = floor - counter->chunk.base;
    if (from > (int64_t)line)
        return 0;
    if (from > 0 && (size_t)from - 1 > lowest)
        lowest = (size_t)from - 1;
    return line ? line_start(counter->chunk.data, lowest, line - 1) : 0;
}

/* Where the line of an anchor starts; 0 where the anchor does not stand in it as it does in a known trace. */
static size_t first_place(const Counter *counter, const Start *known, size_t anchor)
{
    const uint8_t *data = counter->chunk.data;
    if ((known->in_record && known->lines_before == 0) || known->column == ANYWHERE)
        return line_start(data, anchor > counter->look_back ? anchor - counter->look_back : 0, anchor);
    return anchor > known->column && data[anchor - known->column - 1] == '\n' ? anchor - known->column : 0;
}

/* Where a trace starts that is known with the lines before it, which start at an offset. */
static size_t start_of_trace(const Counter *counter, const Start *known, size_t start)
{
    const uint8_t *data = counter->chunk.data, *at = data + start;
    for (size_t lines = known->before; lines && at != NULL; lines--)
        at = (at = line_end(at, data + counter->chunk.size)) != NULL ? at + 1 : NULL;
    return at != NULL ? (size_t)(at - data) : start;
}

/* Whether no line above a record that prints no time says when it was written: another such record stands there,
 * or blank lines and then that. */
static int is_undated_above(const Counter *counter, size_t line)
{
    const Chunk *chunk = &counter->chunk;
    for (int lines = 0; lines <= MOST_BLANK_LINES; lines++) {
        size_t above = line_before(counter, line, counter->floors[0]);
        Moment moment;
        if (above == 0)
            return 0;
        if (above + 1 < line)
            return records_time(&counter->records, (Bytes){chunk->data + above, line - 1 - above}, &moment) &&
                   !moment.size;
        line = above;
    }
    return 0;
}

/* Where the blank lines end that stand at an offset. */
static size_t behind_blank_lines(const uint8_t *text, size_t at, size_t size)
{
    for (int lines = 0; lines < MOST_BLANK_LINES && at < size && text[at] == '\n'; lines++)
        at++;
    return at;
}

/* Where a bare trace ends whose anchor stands at an offset; 0 where it is to be read. */
static size_t take_bare(Counter *counter, const Start *known, size_t anchor, const Passed *passed)
{
    const Chunk *chunk = &counter->chunk;
    size_t end, start = first_place(counter, known, anchor);
    for (size_t lines = known->lines_before; lines && start; lines--)
        start = line_before(counter, start, counter->floors[0]);
    size_t before = start && !known->in_record ? line_before(counter, start, counter->floors[0]) : start;
    const uint8_t *record_end = line_end(chunk->data + before, chunk->data + chunk->size);
    size_t trace = start_of_trace(counter, known, start);
    Moment moment;
    Passed inside;
    if (before == 0 || start < counter->lowest || record_end == NULL ||
        !passed_from(passed, start, trace, &inside))
        return 0;
    Bytes line = {chunk->data + before, (size_t)(record_end - chunk->data) - before};
    if (!counter_may_log(counter, known, line) || !records_time(&counter->records, line, &moment))
        return 0;
    /* Where the record prints no time, the trace's own first line may. */
    if (!moment.size && known->in_record && !known->before && !is_undated_above(counter, start))
        return 0;
    if (!moment.size && (!known->in_record || known->before) &&
        !is_undated_line(chunk->data + trace, chunk->data + chunk->size))
        return 0;
    size_t limit = chunk->size - start < counter->longest ? chunk->size - start : counter->longest;
    int slot = traces_match(&counter->traces, known, chunk->data + start, limit, &inside, &end);
    if (slot < 0)
        return 0;
    size_t behind = known->column == ANYWHERE ? behind_blank_lines(chunk->data + start, end, limit) : end;
    if (!records_find(&counter->records, chunk->data + start + behind, limit - behind))
        return 0;
    if (!counter_count(counter, slot, &moment, trace))
        return 0;
    counter->floors[0] = chunk->base + (int64_t)(start + end);
    return start + end;
}

int counter_add_shape(Counter *counter, const Shape *shape)
{
    if (counter->shapes_count == MOST_SHAPES)
        return 0;
    for (size_t each = 0; each < counter->shapes_count; each++)
        if (may_both_match(counter->shapes + each, shape))
            counter->ambiguous = 1;
    counter->shapes[counter->shapes_count++] = *shape;
    line_table_add_shape(&counter->lines);
    return 1;
}

/* Where a trace ends that is found by an anchor; 0 where it is to be read, -1 when memory is out. */
static int64_t take(Counter *counter, size_t anchor, size_t at, const Passed *passed)
{
    const Traces *traces = &counter->traces;
    for (size_t each = 0; traces->used[anchor] && each < traces->starts_count; each++) {
        const Start *known = traces->starts + each;
        int64_t end = 0;
        if (known->anchor != anchor || known->tree.root == NULL)
            continue;
        if (counter->shapes_count && known->column != ANYWHERE)
            end = counter_take_wrapped(counter, known, at, passed);
        if (!end && (!counter->shapes_count || counter->lines.mixed))
            end = (int64_t)take_bare(counter, known, at, passed);
        if (end)
            return end;
    }
    return 0;
}

static size_t offset_of(int64_t hit)
{
    return (size_t)(hit >> CODE_BITS);
}

static size_t anchor_of(int64_t hit)
{
    return (size_t)(hit & (MOST_LITERALS - 1));
}

void counter_load(Counter *counter, const Chunk *chunk, size_t start, size_t stop)
{
    counter->chunk = *chunk;
    counter->hits.count = counter->next_hit = counter->behind = counter->asked.count = 0;
    counter->searched = start;
    counter->stop = stop;
    counter->window = LEAST_WINDOW;
    counter->lines.size = chunk->size;
    line_table_clear(&counter->lines);
}

/* Searches some more of the chunk: only a little behind a trace, since what a known trace covers need not be
 * searched. 0 where all is searched, -1 when memory is out. */
static int search_on(Counter *counter)
{
    const Finder *finder = counter->finder;
    size_t from = counter->searched, left = counter->stop - from, overlap = finder->longest - 1;
    size_t size = left < counter->window ? left : counter->window;
    size_t stop = left - size < overlap ? counter->stop : from + size + overlap;
    if (from >= counter->stop)
        return 0;
    if (finder_search(finder, counter->chunk.data, from, stop, &counter->hits) < 0)
        return -1;
    while (counter->hits.count && offset_of(counter->hits.items[counter->hits.count - 1]) >= from + size)
        counter->hits.count--;
    counter->searched = from + size;
    counter->window = counter->window < MOST_WINDOW ? counter->window * 2 : MOST_WINDOW;
    return 1;
}

/* Whether there is a hit so far behind the next one; -1 when memory is out. */
static int has_hit(Counter *counter, size_t ahead)
{
    while (counter->next_hit + ahead >= counter->hits.count) {
        size_t reached = counter->searched;
        if (ahead && reached > offset_of(counter->hits.items[counter->next_hit]) + MOST_BETWEEN)
            return 0;
        if (!ahead)
            counter->hits.count = counter->next_hit = 0;
        int more = search_on(counter);
        if (more <= 0)
            return more;
    }
    return 1;
}

/* Where a trace ends that is found by the next hit, or by one behind it which is the first of its anchors at that
 * something is read. */
static int64_t take_from(Counter *counter)
{
    Passed passed = counter->asked;
    passed.asked = passed.count;
    size_t first = offset_of(counter->hits.items[counter->next_hit]);
    for (size_t each = 0; each <= MOST_PASSED; each++) {
        int found = has_hit(counter, each);
        if (found < 0)
            return -1;
        int64_t hit = found ? counter->hits.items[counter->next_hit + each] : 0;
        if (!found || offset_of(hit) - first > MOST_BETWEEN)
            break;
        int64_t end = take(counter, anchor_of(hit), offset_of(hit), &passed);
        if (end)
            return end;
        if (each < MOST_PASSED)
            pass_by(&passed, anchor_of(hit), offset_of(hit));
    }
    return 0;
}

/* Remembers a hit that is handed back, and forgets those before an offset, up to which all is read. */
static void remember_asked(Passed *asked, int64_t hit, size_t lowest)
{
    size_t first = asked->count == MOST_ASKED ? 1 : 0;
    while (first < asked->count && asked->at[first] < lowest)
        first++;
    asked->count -= first;
    memmove(asked->anchor, asked->anchor + first, asked->count * sizeof *asked->anchor);
    memmove(asked->at, asked->at + first, asked->count * sizeof *asked->at);
    pass_by(asked, anchor_of(hit), offset_of(hit));
}

int64_t counter_next(Counter *counter, size_t floor)
{
    counter->lowest = floor > counter->behind ? floor : counter->behind;
    counter->passed = -1;
    counter->lines.data = counter->chunk.data;
    for (;;) {
        counter->cut = 0;
        if (counter->searched < counter->lowest)
            counter->searched = counter->lowest < counter->stop ? counter->lowest : counter->stop;
        int found = has_hit(counter, 0);
        if (found <= 0)
            return found < 0 ? -2 : -1;
        int64_t hit = counter->hits.items[counter->next_hit];
        if (offset_of(hit) < counter->lowest || counter_is_dealt_with(counter, offset_of(hit))) {
            counter->next_hit++;
            continue;
        }
        int64_t end = counter->ambiguous ? 0 : take_from(counter);
        counter->next_hit++;
        if (end < 0)
            return -2;
        if (end == 0) {
            remember_asked(&counter->asked, hit, counter->lowest);
            return hit;
        }
        counter->lowest = counter->behind = (size_t)end;
        if ((size_t)end > counter->searched)
            counter->window = LEAST_WINDOW;
    }
}
