"""目标与考核值: the promise that stands fixed, and beside it the values set year by year."""

from pages.parts import frame, targets

view = frame.open_month("targets")
targets.settle(view)
targets.standing(view)
targets.form(view)
targets.log(view)
