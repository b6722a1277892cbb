"""The picture of rings: however much is drawn, marks stand apart, inside, and off each other's paths."""

from itertools import combinations
from math import dist, hypot

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.kernel.documents.rings import MARK, MIDDLE, MOST, RADII, SIZE, Mark, Point, lay_out

POINTS = st.lists(
    st.builds(Point, ring=st.integers(0, 2), shape=st.integers(0, 2), gate=st.integers(0, 2)), max_size=60
)


def off(mark: Mark, path: Mark) -> float:
    """Distance of the centre of `mark` from the path to another mark."""
    (ax, ay), (bx, by) = path.start, path.end
    length = hypot(bx - ax, by - ay)
    part = max(0.0, min(1.0, ((mark.x - ax) * (bx - ax) + (mark.y - ay) * (by - ay)) / length**2))
    return dist((mark.x, mark.y), (ax + part * (bx - ax), ay + part * (by - ay)))


@settings(deadline=None)
@given(POINTS)
def test_marks_stand_apart_inside_the_picture_and_off_each_others_paths(points: list[Point]) -> None:
    marks = lay_out(points).marks
    for mark in marks:
        assert MARK <= mark.x <= SIZE - MARK
        assert MARK <= mark.y <= SIZE - MARK
        assert abs(dist((mark.x, mark.y), (MIDDLE, MIDDLE)) - RADII[mark.point.ring]) < 0.2
    for one, other in combinations(marks, 2):
        assert dist((one.x, one.y), (other.x, other.y)) > 2 * MARK
        assert off(one, other) > MARK - 0.5
        assert off(other, one) > MARK - 0.5


@given(POINTS)
def test_every_point_is_drawn_or_counted_under_its_number(points: list[Point]) -> None:
    drawn = lay_out(points)
    assert [points[mark.number - 1] for mark in drawn.marks] == [mark.point for mark in drawn.marks]
    for number, ring in enumerate(drawn.rings):
        on_it = [mark for mark in drawn.marks if mark.point.ring == number]
        assert ring.count == sum(point.ring == number for point in points)
        assert len(on_it) + ring.left_out == ring.count
        assert len(on_it) == min(ring.count, MOST[number])


@given(POINTS)
def test_a_gate_is_drawn_where_there_is_one_and_guarded_where_a_person_stands(points: list[Point]) -> None:
    for mark in lay_out(points).marks:
        assert (mark.gate is not None) == (mark.point.gate > 0)
        assert (mark.guard is not None) == (mark.point.gate > 1)
