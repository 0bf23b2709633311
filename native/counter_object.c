/* The type Counter. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

#include "counter.h"

typedef struct {
    PyObject_HEAD
    FinderObject *finder;
    Counter counter;
    int searching; /* a thread searches with it, without the interpreter's lock */
} CounterObject;

/* The counter of an object; NULL with an exception set while another thread searches with it. */
static Counter *counter_of(PyObject *object)
{
    CounterObject *self = (CounterObject *)object;
    if (!self->searching)
        return &self->counter;
    PyErr_SetString(PyExc_RuntimeError, "another thread searches with this counter");
    return NULL;
}

static void counter_release(CounterObject *self)
{
    Counter *counter = &self->counter;
    traces_free(&counter->traces);
    free(counter->hits.items);
    free(counter->slots);
    free(counter->unwrapped.bytes);
    free(counter->unwrapped.places);
    line_table_free(&counter->lines);
    dates_free(counter->records.dates);
    memset(counter, 0, sizeof *counter);
    Py_CLEAR(self->finder);
}

static int counter_new(PyObject *object, PyObject *args, PyObject *keywords)
{
    CounterObject *self = (CounterObject *)object;
    Counter *counter = &self->counter;
    PyObject *finder;
    Py_ssize_t look_back, longest;
    long long since, until;
    (void)keywords;
    int undated, whole_days, mixed = 0;
    if (!PyArg_ParseTuple(args, "O!nnLLpp|p", finder_type, &finder, &look_back, &longest, &since, &until, &undated,
                          &whole_days, &mixed))
        return -1;
    if (look_back < 0 || longest < 0) {
        PyErr_SetString(PyExc_ValueError, "a size is negative");
        return -1;
    }
    counter_release(self);
    Py_INCREF(finder);
    self->finder = (FinderObject *)finder;
    counter->finder = &self->finder->finder;
    counter->undated = undated;
    counter->lines.shapes = counter->shapes;
    counter->lines.mixed = mixed;
    counter->first = INT64_MIN;
    counter->end = INT64_MAX;
    counter->look_back = (size_t)look_back;
    counter->longest = (size_t)longest;
    counter->since = since;
    counter->until = until;
    counter->records.dates = dates_new(whole_days);
    if (traces_init(&counter->traces, &self->finder->finder) < 0 || counter->records.dates == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static void counter_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    counter_release((CounterObject *)object);
    PyObject_Free(object);
    Py_DECREF(type);
}

static PyObject *load(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_buffer data;
    Py_ssize_t start, stop;
    long long base, file, line;
    if (counter == NULL || !PyArg_ParseTuple(args, "y*nnLLL", &data, &start, &stop, &base, &file, &line))
        return NULL;
    int done = range_of(&data, start, stop);
    if (done == 0) {
        Chunk chunk = {NULL, (size_t)data.len, (size_t)start, line, base, file};
        counter_load(counter, &chunk, (size_t)start, (size_t)stop);
    }
    PyBuffer_Release(&data);
    if (done < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *counter_advance(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_buffer data;
    Py_ssize_t floor;
    if (counter == NULL || !PyArg_ParseTuple(args, "y*n", &data, &floor))
        return NULL;
    int64_t hit = -2;
    if ((size_t)data.len != counter->chunk.size || floor < 0) {
        PyErr_SetString(PyExc_ValueError, "the data is not what was loaded");
    } else {
        CounterObject *self = (CounterObject *)object;
        counter->chunk.data = data.buf;
        self->searching = 1;
        Py_BEGIN_ALLOW_THREADS
        hit = counter_next(counter, (size_t)floor);
        Py_END_ALLOW_THREADS
        self->searching = 0;
        counter->chunk.data = counter->lines.data = NULL;
        if (hit == -2)
            PyErr_NoMemory();
    }
    PyBuffer_Release(&data);
    return hit == -2 ? NULL : PyLong_FromLongLong(hit);
}

static PyObject *knows_record(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_buffer data;
    Py_ssize_t start, stop;
    int dated;
    if (counter == NULL || !PyArg_ParseTuple(args, "y*nnp", &data, &start, &stop, &dated))
        return NULL;
    PyObject *result = NULL;
    if (range_of(&data, start, stop) == 0) {
        Bytes line = {(const uint8_t *)data.buf + start, (size_t)(stop - start)};
        result = PyBool_FromLong(records_know(&counter->records, line, dated));
    }
    PyBuffer_Release(&data);
    return result;
}

static int time_span_fits(const TimeSpan *time, size_t size)
{
    return time->end == 0 || (time->start < time->end && time->end <= size && time->seconds < LONGEST_TIME);
}

static PyObject *add_record(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    const char *bytes;
    Py_ssize_t size, start, end, seconds;
    if (counter == NULL || !PyArg_ParseTuple(args, "y#nnn", &bytes, &size, &start, &end, &seconds))
        return NULL;
    Record *record = counter->records.items + counter->records.count;
    TimeSpan time = {(size_t)start, (size_t)end, (size_t)seconds};
    if (counter->records.count == MOST_RECORDS || size == 0 || size > LONGEST_PATTERN ||
        !time_span_fits(&time, (size_t)size))
        Py_RETURN_FALSE;
    record->time = time;
    record->prefix.size = (size_t)size;
    memcpy(record->prefix.bytes, bytes, (size_t)size);
    counter->records.count++;
    Py_RETURN_TRUE;
}

static PyObject *add_shape(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    const char *head, *tail;
    Py_ssize_t head_size, tail_size, start, end, seconds;
    int in_tail, escaped, writer;
    if (counter == NULL || !PyArg_ParseTuple(args, "y#y#pnnnpi", &head, &head_size, &tail, &tail_size, &in_tail,
                                             &start, &end, &seconds, &escaped, &writer))
        return NULL;
    Shape shape;
    TimeSpan none = {0, 0, 0}, time = {(size_t)start, (size_t)end, (size_t)seconds};
    if (head_size > LONGEST_PATTERN || tail_size > LONGEST_PATTERN || writer < 0 || writer >= MOST_WRITERS ||
        (!escaped && tail_size) || !time_span_fits(&time, (size_t)(in_tail ? tail_size : head_size)))
        Py_RETURN_FALSE;
    shape.head.size = (size_t)head_size;
    memcpy(shape.head.bytes, head, (size_t)head_size);
    shape.tail.size = (size_t)tail_size;
    memcpy(shape.tail.bytes, tail, (size_t)tail_size);
    shape.head_time = in_tail ? none : time;
    shape.tail_time = in_tail ? time : none;
    shape.escaped = escaped;
    shape.writer = writer;
    return PyBool_FromLong(counter_add_shape(counter, &shape));
}

static PyObject *add_time(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    const char *text;
    Py_ssize_t size, seconds;
    long long at;
    if (counter == NULL || !PyArg_ParseTuple(args, "y#nL", &text, &size, &seconds, &at))
        return NULL;
    if (seconds < 0)
        Py_RETURN_FALSE;
    return PyBool_FromLong(
        dates_learn(counter->records.dates, (const uint8_t *)text, (size_t)size, (size_t)seconds, at));
}

/* Adds literals to those of a mask; 0 where there are too many, or with an exception set. */
static int add_doubts(Counter *counter, PyObject *literals, uint32_t *mask)
{
    for (Py_ssize_t each = 0; each < PyTuple_Size(literals); each++) {
        char *literal;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(literals, each), &literal, &size) < 0)
            return 0;
        int number = traces_doubt(&counter->traces, (const uint8_t *)literal, (size_t)size);
        if (number < 0)
            return 0;
        *mask |= (uint32_t)1 << number;
    }
    return 1;
}

/* One more segment of a skeleton, given as (bytes, hole, stop, literals that leave the trace to be read). */
static Segment *add_segment(Counter *counter, Tree *tree, PyObject *item)
{
    const char *bytes;
    Py_ssize_t size;
    PyObject *doubts;
    int hole, stop, refused;
    if (!PyArg_ParseTuple(item, "y#iiO!", &bytes, &size, &hole, &stop, &PyTuple_Type, &doubts))
        return NULL;
    if (hole < END || hole > VALUES_HOLE || stop < 0 || stop > 255) {
        PyErr_SetString(PyExc_ValueError, "there is no such hole");
        return NULL;
    }
    if (size == 0 && hole == END)
        return NULL;
    Segment *segment = segments_add(tree, (const uint8_t *)bytes, (size_t)size, (Hole)hole, (uint8_t)stop, &refused);
    return segment != NULL && add_doubts(counter, doubts, &segment->doubts) ? segment : NULL;
}

static PyObject *add_trace(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_ssize_t anchor, lines_before, column, before = 0;
    PyObject *doubts, *segments;
    int slot, in_record;
    if (counter == NULL || !PyArg_ParseTuple(args, "nnpnO!O!i|n", &anchor, &lines_before, &in_record, &column,
                                             &PyTuple_Type, &doubts, &PyTuple_Type, &segments, &slot, &before))
        return NULL;
    if (anchor < 0 || (size_t)anchor >= counter->traces.anchors || lines_before < 0 || column < -1 ||
        before < 0 || before > lines_before || slot < 0 || (size_t)slot >= counter->slots_count) {
        PyErr_SetString(PyExc_ValueError, "there is no such anchor, line or slot");
        return NULL;
    }
    Start wanted = {(size_t)anchor, (size_t)lines_before, (size_t)column, in_record, (size_t)before, 0, {NULL}};
    Start *start = traces_start(&counter->traces, &wanted);
    if (start == NULL)
        Py_RETURN_FALSE;
    if (!add_doubts(counter, doubts, &start->doubts))
        return PyErr_Occurred() ? NULL : PyBool_FromLong(0);
    Tree *tree = &start->tree;
    Segment *segment = NULL;
    Py_ssize_t count = PyTuple_Size(segments);
    for (Py_ssize_t each = 0; each < count; each++) {
        segment = add_segment(counter, tree, PyTuple_GetItem(segments, each));
        if (segment == NULL && PyErr_Occurred())
            return NULL;
        if (segment == NULL || (segment->hole == END) != (each == count - 1))
            Py_RETURN_FALSE;
        tree = &segment->next;
    }
    if (segment == NULL)
        Py_RETURN_FALSE;
    segment->slot = slot;
    Py_RETURN_TRUE;
}

static PyObject *add_refusal(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_ssize_t anchor, size;
    const char *content;
    if (counter == NULL || !PyArg_ParseTuple(args, "ny#", &anchor, &content, &size))
        return NULL;
    if (anchor < 0 || (size_t)anchor >= counter->traces.anchors) {
        PyErr_SetString(PyExc_ValueError, "there is no such anchor");
        return NULL;
    }
    traces_refuse(&counter->traces, (size_t)anchor, (const uint8_t *)content, (size_t)size);
    Py_RETURN_NONE;
}

static PyObject *add_slot(PyObject *object, PyObject *ignored)
{
    Counter *counter = counter_of(object);
    (void)ignored;
    if (counter == NULL)
        return NULL;
    if (counter->slots_count == counter->slots_room) {
        size_t room = counter->slots_room ? counter->slots_room * 2 : 64;
        Slot *slots = realloc(counter->slots, room * sizeof *slots);
        if (slots == NULL)
            return PyErr_NoMemory();
        counter->slots = slots;
        counter->slots_room = room;
    }
    memset(counter->slots + counter->slots_count, 0, sizeof *counter->slots);
    counter->slots[counter->slots_count].example.at = INT64_MIN;
    return PyLong_FromSize_t(counter->slots_count++);
}

static PyObject *forget(PyObject *object, PyObject *ignored)
{
    Counter *counter = counter_of(object);
    (void)ignored;
    if (counter == NULL)
        return NULL;
    traces_forget(&counter->traces);
    Py_RETURN_NONE;
}

static PyObject *behind(PyObject *object, PyObject *ignored)
{
    const Counter *counter = counter_of(object);
    (void)ignored;
    return counter == NULL ? NULL : PyLong_FromSize_t(counter->behind);
}

static PyObject *passed(PyObject *object, PyObject *ignored)
{
    const Counter *counter = counter_of(object);
    (void)ignored;
    return counter == NULL ? NULL : PyLong_FromLongLong(counter->passed);
}

static PyObject *cut(PyObject *object, PyObject *ignored)
{
    const Counter *counter = counter_of(object);
    (void)ignored;
    return counter == NULL ? NULL : PyBool_FromLong(counter->cut);
}

static PyObject *get_floor(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    int writer;
    if (counter == NULL || !PyArg_ParseTuple(args, "i", &writer))
        return NULL;
    if (writer < 0 || writer >= MOST_WRITERS) {
        PyErr_SetString(PyExc_ValueError, "there is no such writer");
        return NULL;
    }
    return PyLong_FromLongLong(counter->floors[writer]);
}

static PyObject *set_floor(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    int writer;
    long long floor;
    if (counter == NULL || !PyArg_ParseTuple(args, "iL", &writer, &floor))
        return NULL;
    if (writer < 0 || writer >= MOST_WRITERS) {
        PyErr_SetString(PyExc_ValueError, "there is no such writer");
        return NULL;
    }
    counter->floors[writer] = floor;
    Py_RETURN_NONE;
}

static PyObject *moment_of(const Moment *moment)
{
    if (!moment->size)
        Py_RETURN_NONE;
    return Py_BuildValue("(Ly#)", (long long)moment->at, (const char *)moment->text, (Py_ssize_t)moment->size);
}

static PyObject *buckets_of(const Timeline *timeline)
{
    PyObject *buckets = PyDict_New();
    for (int64_t each = timeline->first; buckets != NULL && timeline->used && each <= timeline->last; each++) {
        int64_t count = timeline->counts[each & (TIME_BUCKETS - 1)];
        if (count == 0)
            continue;
        PyObject *bucket = PyLong_FromLongLong(each), *value = PyLong_FromLongLong(count);
        if (bucket == NULL || value == NULL || PyDict_SetItem(buckets, bucket, value) < 0)
            Py_CLEAR(buckets);
        Py_XDECREF(bucket);
        Py_XDECREF(value);
    }
    return buckets;
}

static PyObject *sources_of(const Slot *slot)
{
    PyObject *sources = PyList_New(slot->sources_count);
    for (int each = 0; sources != NULL && each < slot->sources_count; each++) {
        const Source *source = slot->sources + each;
        PyObject *item = Py_BuildValue("(LLLL)", (long long)source->at, (long long)source->file,
                                       (long long)source->offset, (long long)source->line);
        if (item == NULL || PyList_SetItem(sources, each, item) < 0)
            Py_CLEAR(sources);
    }
    return sources;
}

static PyObject *take_slot(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_ssize_t number;
    if (counter == NULL || !PyArg_ParseTuple(args, "n", &number))
        return NULL;
    if (number < 0 || (size_t)number >= counter->slots_count) {
        PyErr_SetString(PyExc_ValueError, "there is no such slot");
        return NULL;
    }
    Slot *slot = counter->slots + number;
    PyObject *earliest = moment_of(&slot->earliest), *latest = moment_of(&slot->latest);
    PyObject *buckets = buckets_of(&slot->timeline), *sources = sources_of(slot);
    PyObject *result = NULL;
    if (earliest != NULL && latest != NULL && buckets != NULL && sources != NULL)
        result = Py_BuildValue("(LOOiOO)", (long long)slot->count, earliest, latest, slot->timeline.width,
                               buckets, sources);
    Py_XDECREF(earliest);
    Py_XDECREF(latest);
    Py_XDECREF(buckets);
    Py_XDECREF(sources);
    if (result != NULL)
        slot_clear(slot);
    return result;
}

static PyObject *set_example(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    Py_ssize_t number;
    long long at, file, offset;
    if (counter == NULL || !PyArg_ParseTuple(args, "nLLL", &number, &at, &file, &offset))
        return NULL;
    if (number < 0 || (size_t)number >= counter->slots_count) {
        PyErr_SetString(PyExc_ValueError, "there is no such slot");
        return NULL;
    }
    counter->slots[number].example = (Source){at, file, offset, 0};
    Py_RETURN_NONE;
}

static PyObject *set_range(PyObject *object, PyObject *args)
{
    Counter *counter = counter_of(object);
    long long first, end;
    if (counter == NULL || !PyArg_ParseTuple(args, "LL", &first, &end))
        return NULL;
    counter->first = first;
    counter->end = end;
    Py_RETURN_NONE;
}

static PyMethodDef counter_methods[] = {
    {"load", load, METH_VARARGS, "load(data, start, stop, base, file, line)\n\nSearch a chunk."},
    {"next", counter_advance, METH_VARARGS,
     "next(data, floor) -> int\n\nCount counter up to the first hit that is to be read; -1 at the end."},
    {"knows_record", knows_record, METH_VARARGS, "knows_record(data, start, stop, dated) -> bool\n\nWhether a record starts there, and if dated, whether its time can be read."},
    {"add_record", add_record, METH_VARARGS, "add_record(pattern, time_start, time_end, seconds) -> bool"},
    {"add_shape", add_shape, METH_VARARGS,
     "add_shape(head, tail, time_in_tail, time_start, time_end, seconds, escaped, writer) -> bool"},
    {"add_time", add_time, METH_VARARGS, "add_time(text, seconds, nanoseconds) -> bool"},
    {"add_trace", add_trace, METH_VARARGS,
     "add_trace(anchor, lines_before, in_record, column, doubts_before, segments, slot, before=0) -> bool\n\n"
     "column: -1 for any; before: so many of the first lines stand before the trace.\n"
     "segments: (bytes, hole, stop, literals that leave the trace to be read) each; the last one's hole is 0."},
    {"add_refusal", add_refusal, METH_VARARGS,
     "add_refusal(anchor, content)\n\nNothing is read at an anchor in a hole with that content."},
    {"add_slot", add_slot, METH_NOARGS, "add_slot() -> int"},
    {"set_example", set_example, METH_VARARGS,
     "set_example(slot, at, file, offset)\n\nAn occurrence before that one is to be read."},
    {"set_range", set_range, METH_VARARGS,
     "set_range(first, end)\n\nCount only what starts between two offsets of the stream."},
    {"forget", forget, METH_NOARGS, "forget()\n\nForget all traces."},
    {"behind", behind, METH_NOARGS, "behind() -> int\n\nWhere the last trace of the chunk ended that was counted."},
    {"passed", passed, METH_NOARGS,
     "passed() -> int\n\nWhere the first trace starts that the last call of next counted; -1 for none."},
    {"cut", cut, METH_NOARGS,
     "cut() -> bool\n\nWhether what stands at the last hit may go on behind the chunk."},
    {"floor", get_floor, METH_VARARGS, "floor(writer) -> int"},
    {"set_floor", set_floor, METH_VARARGS, "set_floor(writer, offset)"},
    {"take_slot", take_slot, METH_VARARGS,
     "take_slot(slot) -> (count, earliest, latest, width, buckets, sources)\n\nWhat was counted since the last time."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot counter_slots[] = {
    {Py_tp_doc,
     "Counter(finder, look_back, longest, since, until, undated, whole_days)\n\nCounts traces that were read before."},
    {Py_tp_init, counter_new},
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_methods, counter_methods},
    {0, NULL},
};

PyType_Spec counter_spec = {
    "stacktraces.scanning._native.Counter", sizeof(CounterObject), 0, Py_TPFLAGS_DEFAULT, counter_slots,
};
