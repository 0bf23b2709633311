/* The scanner's hot path as a Python module: stacktraces.scanning._native. */
#include "objects.h"

PyTypeObject *finder_type;

int range_of(const Py_buffer *data, Py_ssize_t start, Py_ssize_t stop)
{
    if (start < 0 || stop < start || stop > data->len) {
        PyErr_SetString(PyExc_ValueError, "the range is not in the data");
        return -1;
    }
    return 0;
}

static PyObject *count_lines(PyObject *module, PyObject *args)
{
    Py_buffer data;
    Py_ssize_t start, stop;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*nn", &data, &start, &stop))
        return NULL;
    PyObject *result = NULL;
    if (range_of(&data, start, stop) == 0) {
        const uint8_t *bytes = data.buf;
        result = PyLong_FromSize_t(count_line_ends(bytes + start, bytes + stop));
    }
    PyBuffer_Release(&data);
    return result;
}

static PyMethodDef functions[] = {
    {"count_lines", count_lines, METH_VARARGS, "count_lines(data, start, stop) -> int"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "The hot path of a scan, compiled.", -1, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyObject *module = PyModule_Create(&definition);
    PyObject *finder = PyType_FromSpec(&finder_spec), *counter = PyType_FromSpec(&counter_spec);
    finder_type = (PyTypeObject *)finder;
    if (module == NULL || finder == NULL || counter == NULL ||
        PyModule_AddObjectRef(module, "Finder", finder) < 0 ||
        PyModule_AddObjectRef(module, "Counter", counter) < 0 ||
        PyModule_AddIntConstant(module, "SHORTEST", WINDOW) < 0) {
        Py_XDECREF(finder);
        Py_XDECREF(counter);
        Py_XDECREF(module);
        return NULL;
    }
    Py_DECREF(counter);
    return module;
}
