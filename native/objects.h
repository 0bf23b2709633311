/* What the parts of the Python module share. */
#ifndef STACKTRACES_OBJECTS_H
#define STACKTRACES_OBJECTS_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#if PY_VERSION_HEX >= 0x030D0000
/* What "#" stands for in a format depends on the function before Python 3.13. The headers since then name
   the one that takes an int there; the stable ABI has the other one in every version. */
PyAPI_FUNC(int) _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _Py_BuildValue_SizeT(const char *, ...);
#define PyArg_ParseTuple _PyArg_ParseTuple_SizeT
#define Py_BuildValue _Py_BuildValue_SizeT
#endif

#include "finder.h"

typedef struct {
    PyObject_HEAD
    Finder finder;
    Literal *literals;
    PyObject *kept; /* what owns the literals' bytes */
} FinderObject;

extern PyTypeObject *finder_type;
extern PyType_Spec finder_spec, counter_spec;

/* -1, with an exception set, where a range is not in some data. */
int range_of(const Py_buffer *data, Py_ssize_t start, Py_ssize_t stop);

#endif
