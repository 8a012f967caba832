"""导入记录: every batch with its counts and its original, and the way back."""

from pages.parts import batches, frame

lang = frame.work("batches")
batches.settle(lang)
batches.show(lang)
