"""Boundaries of grids: any GeoJSON that an office's software writes, and clear words for what is none."""

from __future__ import annotations

import json

import pytest

from kpi.exports import boundaries
from kpi.problems import DataProblem, LimitProblem, Problem

GRIDS = {"G01": "一号网格（城东）", "G02": "二号网格（城西）"}
SQUARE = [[112.0, 31.0], [112.1, 31.0], [112.1, 31.1], [112.0, 31.1], [112.0, 31.0]]


def area(properties, coordinates=None, kind="Polygon"):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}}


def written(tmp_path, features, encoding="utf-8"):
    path = tmp_path / "a.geojson"
    path.write_bytes(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode(encoding))
    return path


@pytest.mark.parametrize("properties", [{"grid_code": "G01"}, {"网格编号": "g01"}, {"Name": "一号网格(城东)"}, {"网格": "一号网格"}, {"code": " G01 ", "name": "别的"}])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_grid_is_known_by_code_or_name(tmp_path, properties, encoding):
    shapes, notes = boundaries.read(written(tmp_path, [area(properties)], encoding), GRIDS)
    assert [shape.grid for shape in shapes] == ["G01"] and not notes
    assert shapes[0].label == pytest.approx((112.05, 31.05), abs=1e-3) and len(shapes[0].rings) == 1


def test_several_areas_of_a_grid_are_one_and_holes_stay(tmp_path):
    hole = [[112.03, 31.03], [112.03, 31.06], [112.06, 31.06], [112.06, 31.03], [112.03, 31.03]]
    far = [[[112.2, 31.0], [112.3, 31.0], [112.3, 31.1], [112.2, 31.1], [112.2, 31.0]]]
    shapes, _ = boundaries.read(written(tmp_path, [area({"grid_code": "G01"}, [SQUARE, hole]), area({"grid_code": "G01"}, [far], "MultiPolygon"), area({"grid_code": "G02"})]), GRIDS)
    assert [(shape.grid, len(shape.rings)) for shape in shapes] == [("G01", 3), ("G02", 1)]


def test_what_cannot_be_drawn_is_told_and_the_rest_is_drawn(tmp_path):
    bow = [[[112.0, 31.0], [112.1, 31.1], [112.1, 31.0], [112.0, 31.1], [112.0, 31.0]]]
    projected = [[[500_000, 3_400_000], [500_100, 3_400_000], [500_100, 3_400_100], [500_000, 3_400_000]]]
    features = [
        area({"grid_code": "G01"}, bow), area({"grid_code": "G10"}), area({"grid_code": "G02"}, projected), area({"grid_code": "G02"}, [112, 31], "Point"), area({"grid_code": "G02"}, [[]]), area({}),
        area({"grid_code": "G02"}, [[[112, 31], [112, 31], [112, 31], [112, 31]]]), {"type": "Feature", "properties": None, "geometry": None}, area({"grid_code": "G02"}, [[["a", 1], [2, 3], [4, 5], ["a", 1]]]),
    ]
    shapes, notes = boundaries.read(written(tmp_path, features), GRIDS)
    assert [shape.grid for shape in shapes] == ["G01"] and len(shapes[0].rings) == 2
    assert [note.place for note in notes] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "G0" in notes[0].why.zh and "经纬度" in notes[1].why.zh and all(note.why.zh and note.why.en for note in notes)


@pytest.mark.parametrize("content", [
    b"", b"{}", b"[]", b"null", b"PK\x03\x04", b'{"type": "FeatureCollection", "features": [1]}', b"[" * 100_000, b'{"features": {}}', "不是".encode("gb18030"), b"\xff\xfe\x00",
    b'{"type": "FeatureCollection", "features": []}', b'{"features": [{"properties": {"grid_code": "G01"}, "geometry": {"type": "Polygon", "coordinates": [[[1e999, 1], [2, 2], [3, 1], [1e999, 1]]]}}]}',
    b'{"features": [{"properties": {"grid_code": "G01"}, "geometry": {"type": "Polygon", "coordinates": ' + b"[" * 900 + b"]" * 900 + b"}}]}",
])
def test_what_is_no_geojson_is_said(tmp_path, content):
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(DataProblem) as told:
        boundaries.read(path, GRIDS)
    assert told.value.zh and told.value.en


def test_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(boundaries, "MOST_AREAS", 1)
    with pytest.raises(LimitProblem):
        boundaries.read(written(tmp_path, [area({"grid_code": "G01"})] * 2), GRIDS)
    monkeypatch.setattr(boundaries, "MOST_BYTES", 10)
    with pytest.raises(LimitProblem):
        boundaries.read(written(tmp_path, []), GRIDS)


def test_a_fine_coast_is_thinned_and_stays_where_it_is(tmp_path):
    from math import cos, pi, sin

    ring = [[112 + cos(2 * pi * i / 20_000), 31 + sin(2 * pi * i / 20_000)] for i in range(20_000)]
    shapes, _ = boundaries.read(written(tmp_path, [area({"grid_code": "G01"}, [[*ring, ring[0]]])]), GRIDS)
    assert sum(len(ring) for ring in shapes[0].rings) <= boundaries.MOST_POINTS
    assert all(abs(((x - 112) ** 2 + (y - 31) ** 2) ** 0.5 - 1) < 0.01 for x, y in shapes[0].rings[0])


def test_the_sample_covers_every_grid(sample_home):
    from kpi import pipeline

    assert issubclass(LimitProblem, Problem)
    held = pipeline.bounds(sample_home)
    grids = {f"G{number:02d}": "" for number in range(1, 13)}
    assert [shape.grid for shape in pipeline.shapes(sample_home, held.sha256, grids)] == list(grids)
    assert pipeline.shapes(sample_home, "0" * 64, grids) == [] == pipeline.shapes(sample_home, held.sha256, {"X": "x"})
