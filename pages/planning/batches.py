"""导入记录: every batch with its counts and its original, every correction, and the way back."""

from pages.parts import batches, correcting, frame

lang = frame.work("batches")
batches.settle(lang)
correcting.settle(lang)
batches.show(lang)
correcting.log(lang)
