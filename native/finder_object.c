/* The type Finder. */
#include "objects.h"

#include <stdlib.h>

static void finder_release(FinderObject *self)
{
    finder_clear(&self->finder);
    self->finder.count = 0;
    PyMem_Free(self->literals);
    self->literals = NULL;
    Py_CLEAR(self->kept);
}

static int finder_new(PyObject *object, PyObject *args, PyObject *keywords)
{
    FinderObject *self = (FinderObject *)object;
    PyObject *given;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &given))
        return -1;
    finder_release(self);
    Py_ssize_t count = PyTuple_Size(given);
    if (count > MOST_LITERALS) {
        PyErr_SetString(PyExc_ValueError, "too many literals");
        return -1;
    }
    self->literals = PyMem_Calloc((size_t)count + 1, sizeof *self->literals);
    if (self->literals == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t each = 0; each < count; each++) {
        char *bytes;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(given, each), &bytes, &size) < 0)
            return -1;
        if (size < WINDOW) {
            PyErr_SetString(PyExc_ValueError, "a literal is too short");
            return -1;
        }
        self->literals[each] = (Literal){(const uint8_t *)bytes, (size_t)size, 0};
    }
    Py_INCREF(given);
    self->kept = given;
    if (finder_init(&self->finder, self->literals, (size_t)count) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static void finder_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    finder_release((FinderObject *)object);
    PyObject_Free(object);
    Py_DECREF(type);
}

static PyObject *finder_find(PyObject *object, PyObject *args)
{
    FinderObject *self = (FinderObject *)object;
    Py_buffer data;
    Py_ssize_t start, stop;
    if (!PyArg_ParseTuple(args, "y*nn", &data, &start, &stop))
        return NULL;
    PyObject *result = NULL;
    Hits hits = {NULL, 0, 0};
    if (range_of(&data, start, stop) < 0)
        goto done;
    int found;
    Py_BEGIN_ALLOW_THREADS
    found = finder_search(&self->finder, data.buf, (size_t)start, (size_t)stop, &hits);
    Py_END_ALLOW_THREADS
    if (found < 0) {
        PyErr_NoMemory();
        goto done;
    }
    result = PyList_New((Py_ssize_t)hits.count);
    for (size_t each = 0; result != NULL && each < hits.count; each++) {
        PyObject *item = PyLong_FromLongLong(hits.items[each]);
        if (item == NULL || PyList_SetItem(result, (Py_ssize_t)each, item) < 0)
            Py_CLEAR(result);
    }
done:
    free(hits.items);
    PyBuffer_Release(&data);
    return result;
}

static PyMethodDef finder_methods[] = {
    {"search", finder_find, METH_VARARGS,
     "search(data, start, stop) -> list[int]\n\nWhere literals stand, as offset << CODE_BITS | number."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot finder_slots[] = {
    {Py_tp_doc, "Finder(literals)\n\nSearches bytes for many literals at once."},
    {Py_tp_init, finder_new},
    {Py_tp_dealloc, finder_dealloc},
    {Py_tp_methods, finder_methods},
    {0, NULL},
};

PyType_Spec finder_spec = {
    "stacktraces.scanning._native.Finder", sizeof(FinderObject), 0, Py_TPFLAGS_DEFAULT, finder_slots,
};
