"""MicroPython's `micropython`, on CPython."""

import _nowire_package

from nowire._irq import schedule


def const(value):
    """@returns the value."""
    return value


def native(function):
    """@returns the function: nothing is compiled here."""
    return function


viper = native
asm_xtensawin = native


def opt_level(*level):
    """opt_level([level]): 0, which nothing changes."""
    return None if level else 0


def alloc_emergency_exception_buf(size):
    """Does nothing: there is always memory for an exception."""


def mem_info(*verbose):
    """Does nothing."""


def qstr_info(*verbose):
    """Does nothing."""


def stack_use():
    """@returns 0."""
    return 0


def heap_lock():
    """Does nothing. @returns 0, its depth."""
    return 0


heap_unlock = heap_lock
heap_locked = heap_lock


def kbd_intr(character):
    """Does nothing: Ctrl-C stays what it is."""
