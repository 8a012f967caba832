"""数据导入: files chosen, checked, corrected, entered; nothing takes effect before it is confirmed."""

from pages.parts import chooser, entering, findings, frame, intake, previews, sheets

lang = frame.work("upload")
intake.settle(lang)
draft = intake.opened(lang)
intake.steps(lang)
if intake.here().report:
    entering.result(lang)
elif draft:
    entering.summary(lang, draft)
    sheets.show(lang, draft)
    previews.show(lang, draft, sheets.chosen(draft))
    findings.show(lang, draft)
    entering.confirm(lang, draft)
else:
    chooser.show(lang)
