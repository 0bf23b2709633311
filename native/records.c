/* The starts of log records that are known, and what time they print. */
#include "records.h"

#include <string.h>

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether what follows a time and a space may belong to the time: a zone, a year. */
static int may_be_of_time(const uint8_t *text, size_t size)
{
    static const char *const zones[] = {"Z", "UTC", "GMT"};
    if (size == 0 || is_digit(text[0]) || strchr(" +-\n", text[0]))
        return 1;
    for (size_t each = 0; each < sizeof zones / sizeof *zones; each++) {
        size_t length = strlen(zones[each]);
        if (size >= length && memcmp(text, zones[each], length) == 0)
            return 1;
    }
    return 0;
}

const Record *records_find(const Records *records, const uint8_t *text, size_t size)
{
    for (size_t each = 0; each < records->count; each++) {
        const Record *record = records->items + each;
        const uint8_t *pattern = record->prefix.bytes;
        size_t at = 0;
        if (record->prefix.size > size)
            continue;
        while (at < record->prefix.size &&
               (text[at] == pattern[at] || (pattern[at] == DIGIT && is_digit(text[at]))))
            at++;
        if (at < record->prefix.size)
            continue;
        if (record->time.end && text[at - 1] == ' ' && may_be_of_time(text + at, size - at))
            continue;
        return record;
    }
    return NULL;
}

/* Whether a line certainly holds no time: no clock, and no seconds since 1970. */
static int is_undated(const uint8_t *text, size_t size)
{
    for (size_t at = 0, digits = 0; at < size; at++) {
        if (text[at] == ':' && digits && at + 1 < size && is_digit(text[at + 1]))
            return 0;
        digits = is_digit(text[at]) ? digits + 1 : 0;
        if (digits > 9)
            return 0;
    }
    return 1;
}

int is_undated_line(const uint8_t *from, const uint8_t *to)
{
    const uint8_t *end = line_end(from, to);
    return end != NULL && is_undated(from, (size_t)(end - from));
}

/* The bytes of a clock without a date that a line starts with, perhaps in a bracket: no date stands behind one. */
static size_t clock_size(const uint8_t *text, size_t size)
{
    static const char clock[] = "00:00:00";
    size_t at = size && (text[0] == '[' || text[0] == '(');
    for (size_t each = 0; clock[each]; each++, at++)
        if (at >= size || (clock[each] == '0' ? !is_digit(text[at]) : text[at] != ':'))
            return 0;
    return at;
}

/* Whether it is known when a log line was written, or that it does not say. */
static int time_of_record(const Records *records, const Record *record, Bytes line, Moment *moment)
{
    const TimeSpan *time = &record->time;
    moment->size = 0;
    if (!time->end) {
        size_t clock = clock_size(line.bytes, line.size);
        return is_undated(line.bytes + clock, line.size - clock);
    }
    return dates_read(records->dates, line.bytes + time->start, time->end - time->start, time->seconds,
                        moment);
}

int records_time(const Records *records, Bytes line, Moment *moment)
{
    const Record *record = records_find(records, line.bytes, line.size);
    return record != NULL && time_of_record(records, record, line, moment);
}

int records_know(const Records *records, Bytes text, int dated)
{
    Moment moment;
    if (!dated)
        return records_find(records, text.bytes, text.size) != NULL;
    const uint8_t *end = line_end(text.bytes, text.bytes + text.size);
    if (end != NULL)
        text.size = (size_t)(end - text.bytes);
    return records_time(records, text, &moment);
}
