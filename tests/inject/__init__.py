"""Fault injection: plant one fault at a time in good catalogues and finished files, and count what is caught.

Run by `make faults`. The right and wrong sentences in tests/wordings were written without sight of
the checks and their facts; the rules must not be tuned to them.
"""
