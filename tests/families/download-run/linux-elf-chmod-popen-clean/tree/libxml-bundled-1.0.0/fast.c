#include <Python.h>
/* nothing yet */
