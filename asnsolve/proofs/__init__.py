"""Proofs about rule sets: what they take and leave, over all exposures that there can be."""
