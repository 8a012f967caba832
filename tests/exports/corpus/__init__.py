"""Dirty files of every sort, built on the spot, with what must become of each of their rows."""

from __future__ import annotations

from tests.exports.corpus import amounts, dates, features, hostile, keys, layout, plain, ten, texts, words
from tests.exports.corpus.case import Case

CASES: list[Case] = [*dates.CASES, *amounts.CASES, *words.CASES, *texts.CASES, *layout.CASES, *keys.CASES, *ten.CASES, *features.CASES, *plain.CASES, *hostile.CASES]
