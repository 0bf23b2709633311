"""Dies of SIGSEGV below three Python frames, for `pystack core`."""

import ctypes


def peek(address):
    return ctypes.string_at(address)


def main():
    peek(1)


main()
