"""The sieve that the servers in Python share: a segmented sieve of Eratosthenes in bounded memory."""
from math import isqrt

SEGMENT = 1 << 16


def base_primes(limit):
    """The primes up to limit."""
    composite = bytearray(limit + 1)
    for p in range(2, limit + 1):
        if not composite[p]:
            yield p
            composite[p * p :: p] = b"\1" * len(range(p * p, limit + 1, p))


BASE = list(base_primes(isqrt(2**31)))


def segments(a, b):
    """Yields for each segment of [a, b] its first number, and a byte for each number, 1 if it is prime."""
    for start in range(max(a, 2), b + 1, SEGMENT):
        end = min(start + SEGMENT, b + 1)
        prime = bytearray(b"\1") * (end - start)
        for p in BASE:
            if p * p >= end:
                break
            first = max(p * p, (start + p - 1) // p * p) - start
            prime[first::p] = bytes(len(range(first, end - start, p)))
        yield start, prime


def count_primes(a, b):
    """The number of primes in [a, b]."""
    return sum(prime.count(1) for _, prime in segments(a, b))


def primes(a, b):
    """The primes in [a, b], ascending."""
    for start, prime in segments(a, b):
        at = prime.find(1)
        while at >= 0:
            yield start + at
            at = prime.find(1, at + 1)
