#include "times.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES (1 << 14)
#define MOST_ENTRIES (ENTRIES / 2)

typedef struct {
    uint8_t size; /* 0 where there is no entry */
    uint8_t seconds;
    uint8_t key[LONGEST_TIME];
    int64_t start; /* seconds since 1970 */
} Entry;

struct Dates {
    int whole_days;
    size_t count;
    Entry *last;
    Entry entries[ENTRIES];
};

/* What a printed time consists of. */
typedef struct {
    Entry key; /* all but the time of day, or but the seconds, and their fraction */
    int64_t seconds;
    int64_t fraction; /* nanoseconds */
} Parts;

Dates *dates_new(int whole_days)
{
    Dates *dates = calloc(1, sizeof(Dates));
    if (dates != NULL)
        dates->whole_days = whole_days;
    return dates;
}

void dates_free(Dates *dates)
{
    free(dates);
}

static int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The number of two digits; -1 where they are none, or more than a limit. */
static int number(const uint8_t *text, int most)
{
    if (!is_digit(text[0]) || !is_digit(text[1]))
        return -1;
    int value = (text[0] - '0') * 10 + text[1] - '0';
    return value <= most ? value : -1;
}

/* The nanoseconds that a fraction at an offset stands for; moves the offset behind it. */
static int64_t fraction(const uint8_t *text, size_t size, size_t *at)
{
    int64_t sum = 0, unit = 100000000;
    if (*at + 1 >= size || (text[*at] != '.' && text[*at] != ',') || !is_digit(text[*at + 1]))
        return 0;
    for (++*at; *at < size && unit > 0 && is_digit(text[*at]); ++*at, unit /= 10)
        sum += (text[*at] - '0') * unit;
    return sum;
}

static int take_apart(const Dates *dates, const uint8_t *text, size_t size, size_t seconds, Parts *parts)
{
    if (size > LONGEST_TIME || seconds + 2 > size)
        return 0;
    int of_clock = seconds > 5 && text[seconds - 1] == ':' && text[seconds - 4] == ':';
    size_t before = seconds, behind = seconds + 2;
    parts->seconds = number(text + seconds, of_clock ? 59 : 99);
    if (parts->seconds < 0)
        return 0;
    if (of_clock && dates->whole_days) {
        int hours = number(text + seconds - 6, 23), minutes = number(text + seconds - 3, 59);
        if (hours < 0 || minutes < 0)
            return 0;
        parts->seconds += hours * 3600 + minutes * 60;
        before -= 6;
    }
    parts->fraction = fraction(text, size, &behind);
    if (behind < size && is_digit(text[behind]))
        return 0;
    parts->key.size = (uint8_t)(before + size - behind);
    parts->key.seconds = (uint8_t)seconds;
    memcpy(parts->key.key, text, before);
    memcpy(parts->key.key + before, text + behind, size - behind);
    return parts->key.size > 0;
}

static int same(const Entry *one, const Entry *other)
{
    return one->size == other->size && one->seconds == other->seconds &&
           memcmp(one->key, other->key, one->size) == 0;
}

static Entry *find(Dates *dates, const Entry *key)
{
    if (dates->last != NULL && same(dates->last, key))
        return dates->last;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t at = 0; at < key->size; at++)
        hash = (hash ^ key->key[at]) * 1099511628211u;
    size_t at = (hash ^ hash >> 32) % ENTRIES;
    while (dates->entries[at].size && !same(dates->entries + at, key))
        at = (at + 1) % ENTRIES;
    return dates->last = dates->entries + at;
}

int dates_learn(Dates *dates, const uint8_t *text, size_t size, size_t seconds, int64_t at)
{
    Parts parts;
    if (!take_apart(dates, text, size, seconds, &parts))
        return 0;
    int64_t start = at - parts.fraction - parts.seconds * 1000000000;
    if (start % 1000000000 != 0)
        return 0;
    Entry *entry = find(dates, &parts.key);
    if (!entry->size) {
        if (dates->count >= MOST_ENTRIES) {
            memset(dates->entries, 0, sizeof dates->entries);
            dates->count = 0;
            dates->last = NULL;
            entry = find(dates, &parts.key);
        }
        dates->count++;
        *entry = parts.key;
    }
    entry->start = start / 1000000000;
    return 1;
}

int dates_read(Dates *dates, const uint8_t *text, size_t size, size_t seconds, Moment *moment)
{
    Parts parts;
    if (!take_apart(dates, text, size, seconds, &parts))
        return 0;
    const Entry *entry = find(dates, &parts.key);
    if (!entry->size)
        return 0;
    moment->at = (entry->start + parts.seconds) * 1000000000 + parts.fraction;
    moment->size = (uint8_t)size;
    memcpy(moment->text, text, size);
    return 1;
}

static void widen(Timeline *timeline)
{
    int64_t wider[TIME_BUCKETS] = {0};
    for (int64_t bucket = timeline->first; bucket <= timeline->last; bucket++)
        wider[(bucket >> 1) & (TIME_BUCKETS - 1)] += timeline->counts[bucket & (TIME_BUCKETS - 1)];
    memcpy(timeline->counts, wider, sizeof wider);
    timeline->first >>= 1;
    timeline->last >>= 1;
    timeline->width++;
}

void timeline_add(Timeline *timeline, int64_t seconds)
{
    if (!timeline->used) {
        timeline->used = 1;
        timeline->first = timeline->last = seconds;
    }
    int64_t bucket = seconds >> timeline->width;
    for (;;) {
        int64_t first = bucket < timeline->first ? bucket : timeline->first;
        int64_t last = bucket > timeline->last ? bucket : timeline->last;
        if (last - first < TIME_BUCKETS) {
            timeline->first = first;
            timeline->last = last;
            break;
        }
        widen(timeline);
        bucket = seconds >> timeline->width;
    }
    timeline->counts[bucket & (TIME_BUCKETS - 1)]++;
}
