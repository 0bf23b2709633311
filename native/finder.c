/* Finding many literals at once: the shuffle-based filter of the Teddy algorithm (from Hyperscan; described
 * in Wang et al., "Hyperscan: A Fast Multi-pattern Regex Matcher", NSDI 2019, and in the documentation of the
 * Rust crate aho-corasick). Each literal gives a window of four bytes; windows are dealt to
 * eight buckets, so that ordinary text passes seldom; two table look-ups for each place of the window tell for 32
 * offsets at once whether a bucket may match, and what passes is looked up by its bytes.
 */
#include "finder.h"

#include <stdlib.h>
#include <string.h>

#define CHOICE 8 /* windows of a literal that are considered */
#define PASSES 2 /* by which the choice is made better */

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX2 1
#include <immintrin.h>
#endif

/* How often each byte stands in logs, roughly, as a share of all bytes. */
static double frequency[256];

static double frequency_of(uint8_t byte)
{
    if (byte == ' ')
        return 0.12;
    if (byte >= 'a' && byte <= 'z')
        return strchr("jkqvwxyz", byte) ? 0.006 : 0.035;
    if (byte >= '0' && byte <= '9')
        return 0.022;
    if (byte >= 'A' && byte <= 'Z')
        return 0.004;
    if (byte && strchr("\"':,./-_=()\n", byte))
        return 0.01;
    return 0.001;
}

/* A capital seldom stands alone: small letters follow it more often than chance has it. */
static double rarity(const uint8_t *window)
{
    double share = 1;
    for (size_t place = 0; place < WINDOW; place++) {
        int capital = place > 0 && window[place - 1] >= 'A' && window[place - 1] <= 'Z';
        share *= frequency[window[place]] * (capital && window[place] >= 'a' && window[place] <= 'z' ? 6 : 1);
    }
    return share;
}

/* Halves of bytes that a bucket takes, for each place. */
typedef struct {
    uint16_t low[WINDOW], high[WINDOW];
    uint16_t lows[WINDOW][16], highs[WINDOW][16]; /* how many of its windows have each */
    double share[WINDOW];     /* of the bytes that pass at a place */
    double rows[WINDOW][16];  /* for each upper half, the share of its bytes whose lower half is taken, */
    double columns[WINDOW][16]; /* and for each lower half, of those whose upper half is */
    double cost;              /* the share of offsets that pass, if bytes were independent */
} Bucket;

/* The share of offsets that would pass if `bucket` took `window` as well. */
static double cost_with(const Bucket *bucket, const uint8_t *window)
{
    double cost = 1;
    for (size_t place = 0; place < WINDOW; place++) {
        unsigned high = window[place] >> 4, low = window[place] & 15;
        int new_high = !(bucket->high[place] >> high & 1), new_low = !(bucket->low[place] >> low & 1);
        double share = bucket->share[place];
        if (new_high)
            share += bucket->rows[place][high];
        if (new_low)
            share += bucket->columns[place][low];
        if (new_high && new_low)
            share += frequency[window[place]];
        cost *= share;
    }
    return cost;
}

static void admit(Bucket *bucket, const uint8_t *window)
{
    bucket->cost = 1;
    for (size_t place = 0; place < WINDOW; place++) {
        unsigned high = window[place] >> 4, low = window[place] & 15;
        if (bucket->lows[place][low]++ == 0) {
            bucket->low[place] |= (uint16_t)(1 << low);
            bucket->share[place] += bucket->columns[place][low];
            for (unsigned each = 0; each < 16; each++)
                bucket->rows[place][each] += frequency[each << 4 | low];
        }
        if (bucket->highs[place][high]++ == 0) {
            bucket->high[place] |= (uint16_t)(1 << high);
            bucket->share[place] += bucket->rows[place][high];
            for (unsigned each = 0; each < 16; each++)
                bucket->columns[place][each] += frequency[high << 4 | each];
        }
        bucket->cost *= bucket->share[place];
    }
}

/* Takes `window` out again; whether `bucket` is the same without it, since others have each half of its bytes. */
static int release(Bucket *bucket, const uint8_t *window)
{
    int same = 1;
    for (size_t place = 0; place < WINDOW; place++) {
        same &= --bucket->highs[place][window[place] >> 4] > 0;
        same &= --bucket->lows[place][window[place] & 15] > 0;
    }
    return same;
}

/* The offsets of the rarest windows of a literal; gives how many. */
static size_t rarest_windows(const Literal *literal, size_t windows[CHOICE])
{
    double best[CHOICE];
    size_t count = 0;
    for (size_t at = 0; at + WINDOW <= literal->size; at++) {
        double share = rarity(literal->bytes + at);
        size_t place = count < CHOICE ? count++ : CHOICE;
        if (place == CHOICE && share >= best[--place])
            continue;
        for (; place > 0 && best[place - 1] > share; place--) {
            best[place] = best[place - 1];
            windows[place] = windows[place - 1];
        }
        best[place] = share;
        windows[place] = at;
    }
    return count;
}

/* Chooses a literal's window and its bucket so that as little as possible passes in addition. */
static int place_literal(Literal *literal, Bucket buckets[BUCKETS])
{
    size_t windows[CHOICE], count = rarest_windows(literal, windows);
    double least = 0;
    int chosen = -1;
    for (size_t each = 0; each < count; each++)
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            double more = cost_with(&buckets[bucket], literal->bytes + windows[each]) - buckets[bucket].cost;
            if (chosen < 0 || more < least) {
                least = more;
                chosen = bucket;
                literal->window = windows[each];
            }
        }
    admit(&buckets[chosen], literal->bytes + literal->window);
    return chosen;
}

/* Places each literal anew, while all others stay: what was placed early had not seen the others. */
static void place_again(Literal *literals, const uint16_t *order, size_t count, uint8_t *places, Bucket buckets[BUCKETS])
{
    for (size_t each = 0; each < count; each++) {
        uint16_t number = order[each];
        Bucket *bucket = buckets + places[number];
        if (!release(bucket, literals[number].bytes + literals[number].window)) {
            memset(bucket, 0, sizeof *bucket);
            for (size_t other = 0; other < count; other++)
                if (other != number && places[other] == places[number])
                    admit(bucket, literals[other].bytes + literals[other].window);
        }
        places[number] = (uint8_t)place_literal(literals + number, buckets);
    }
}

static void fill_tables(Finder *finder, const Bucket buckets[BUCKETS])
{
    for (int bucket = 0; bucket < BUCKETS; bucket++)
        for (size_t place = 0; place < WINDOW; place++) {
            for (int half = 0; half < 16; half++) {
                finder->low[place][half] |= (uint8_t)((buckets[bucket].low[place] >> half & 1) << bucket);
                finder->high[place][half] |= (uint8_t)((buckets[bucket].high[place] >> half & 1) << bucket);
            }
        }
    for (size_t place = 0; place < WINDOW; place++)
        for (int byte = 0; byte < 256; byte++)
            finder->whole[place][byte] = finder->low[place][byte & 15] & finder->high[place][byte >> 4];
}

static uint32_t hash_of(const uint8_t *window)
{
    uint32_t bytes;
    memcpy(&bytes, window, WINDOW);
    return bytes * 2654435761u >> (32 - WINDOW_BITS);
}

/* Short literals first: they have the least choice. */
static void sort_by_size(const Literal *literals, uint16_t *order, size_t count)
{
    for (size_t number = 0; number < count; number++) {
        size_t at = number;
        for (; at > 0 && literals[order[at - 1]].size > literals[number].size; at--)
            order[at] = order[at - 1];
        order[at] = (uint16_t)number;
    }
}

int finder_init(Finder *finder, Literal *literals, size_t count)
{
    Bucket buckets[BUCKETS];
    memset(buckets, 0, sizeof buckets);
    memset(finder, 0, sizeof *finder);
    finder->literals = literals;
    finder->count = count;
    finder->next = malloc((count + 1) * sizeof *finder->next);
    uint16_t *order = malloc((count + 1) * sizeof *order);
    uint8_t *places = malloc(count + 1); /* the bucket of each literal */
    if (order == NULL || places == NULL || finder->next == NULL) {
        free(order);
        free(places);
        finder_clear(finder);
        return -1;
    }
    for (int byte = 0; byte < 256; byte++)
        frequency[byte] = frequency_of((uint8_t)byte);
    sort_by_size(literals, order, count);
    for (size_t each = 0; each < count; each++)
        places[order[each]] = (uint8_t)place_literal(literals + order[each], buckets);
    for (int pass = 0; pass < PASSES; pass++)
        place_again(literals, order, count, places, buckets);
    for (size_t each = 0; each < count; each++) {
        const Literal *literal = literals + order[each];
        if (literal->size > finder->longest)
            finder->longest = literal->size;
        uint32_t hash = hash_of(literal->bytes + literal->window);
        finder->windows[hash >> 3] |= (uint8_t)(1 << (hash & 7));
        uint16_t *first = finder->first + (hash >> (WINDOW_BITS - FIRST_BITS));
        finder->next[order[each]] = *first;
        *first = (uint16_t)(order[each] + 1);
    }
    fill_tables(finder, buckets);
    free(order);
    free(places);
    return 0;
}

void finder_clear(Finder *finder)
{
    free(finder->next);
    finder->next = NULL;
}

static int add_hit(Hits *hits, int64_t item)
{
    if (hits->count == hits->room) {
        size_t room = hits->room ? hits->room * 2 : 256;
        int64_t *items = realloc(hits->items, room * sizeof *items);
        if (items == NULL)
            return -1;
        hits->items = items;
        hits->room = room;
    }
    /* Windows come in order, literals almost so. */
    size_t at = hits->count++;
    for (; at > 0 && hits->items[at - 1] > item; at--)
        hits->items[at] = hits->items[at - 1];
    hits->items[at] = item;
    return 0;
}

typedef struct {
    const Finder *finder;
    const uint8_t *data;
    size_t start, stop;
    Hits *hits;
} Task;

/* The literals whose window may be at an offset. */
static int confirm(const Task *task, size_t window)
{
    const Finder *finder = task->finder;
    uint32_t hash = hash_of(task->data + window);
    if (!(finder->windows[hash >> 3] >> (hash & 7) & 1))
        return 0;
    for (uint16_t next = finder->first[hash >> (WINDOW_BITS - FIRST_BITS)]; next; next = finder->next[next - 1]) {
        const Literal *literal = finder->literals + next - 1;
        size_t at = window - literal->window;
        if (window < task->start + literal->window || task->stop - at < literal->size)
            continue;
        if (memcmp(task->data + at, literal->bytes, literal->size) == 0 &&
            add_hit(task->hits, (int64_t)at << CODE_BITS | (next - 1)) < 0)
            return -1;
    }
    return 0;
}

static int search_bytes(const Task *task, size_t from)
{
    const Finder *finder = task->finder;
    for (size_t at = from; at + WINDOW <= task->stop; at++) {
        const uint8_t *here = task->data + at;
        unsigned buckets = 255;
        for (int place = 0; place < WINDOW; place++)
            buckets &= finder->whole[place][here[place]];
        if (buckets && confirm(task, at) < 0)
            return -1;
    }
    return 0;
}

#ifdef HAVE_AVX2

__attribute__((target("avx2"))) static __m256i twice(const uint8_t *table)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

__attribute__((target("avx2"))) static int search_vectors(const Task *task, size_t *reached)
{
    const Finder *finder = task->finder;
    const __m256i nibble = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
    __m256i low[WINDOW], high[WINDOW];
    for (int place = 0; place < WINDOW; place++) {
        low[place] = twice(finder->low[place]);
        high[place] = twice(finder->high[place]);
    }
    size_t at = task->start;
    for (; at + 32 + WINDOW - 1 <= task->stop; at += 32) {
        __m256i buckets = _mm256_set1_epi8(-1);
        for (int place = 0; place < WINDOW; place++) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(task->data + at + place));
            __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
            __m256i lower = _mm256_and_si256(bytes, nibble);
            buckets = _mm256_and_si256(buckets, _mm256_shuffle_epi8(low[place], lower));
            buckets = _mm256_and_si256(buckets, _mm256_shuffle_epi8(high[place], upper));
        }
        uint32_t some = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, zero));
        if (__builtin_expect(some != 0, 0)) {
            for (; some; some &= some - 1)
                if (confirm(task, at + (size_t)__builtin_ctz(some)) < 0)
                    return -1;
        }
    }
    *reached = at;
    return 0;
}

__attribute__((target("avx2"))) static size_t count_vectors(const uint8_t **from, const uint8_t *to)
{
    const __m256i line_end = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
    const uint8_t *at = *from;
    __m256i sums = zero;
    while (to - at >= 32) {
        __m256i counts = zero; /* of each lane, at most 255 before they are summed */
        for (int turn = 0; turn < 255 && to - at >= 32; turn++, at += 32) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)at);
            counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(bytes, line_end));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, zero));
    }
    *from = at;
    uint64_t each[4];
    _mm256_storeu_si256((__m256i *)each, sums);
    return each[0] + each[1] + each[2] + each[3];
}

#endif

int finder_search(const Finder *finder, const uint8_t *data, size_t start, size_t stop, Hits *hits)
{
    if (stop < start + WINDOW)
        return 0;
    Task task = {finder, data, start, stop, hits};
    size_t reached = start;
#ifdef HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && search_vectors(&task, &reached) < 0)
        return -1;
#endif
    return search_bytes(&task, reached);
}

size_t count_line_ends(const uint8_t *from, const uint8_t *to)
{
    size_t count = 0;
#ifdef HAVE_AVX2
    if (__builtin_cpu_supports("avx2"))
        count = count_vectors(&from, to);
#endif
    for (; from < to; from++)
        count += *from == '\n';
    return count;
}
