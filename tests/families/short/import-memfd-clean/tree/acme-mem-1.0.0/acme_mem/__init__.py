import mmap
import os

def shared(size):
    """Anonymous memory that child processes see."""
    number = os.memfd_create("acme-shared", 0)
    os.ftruncate(number, size)
    return mmap.mmap(number, size)
