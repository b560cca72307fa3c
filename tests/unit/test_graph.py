"""The supply-chain solve: worked loops, invariants over random graphs, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from lingtan.errors import UnproductiveLoopError
from lingtan.graph import coefficients, components, idle_nodes, intensities, requirements

# a busy machine is no failure of the arithmetic
unhurried = settings(deadline=None, max_examples=60)


def matrix(rows: list[list[float]]) -> sparse.csr_array:
    return sparse.csr_array(np.array(rows, dtype=float))


def nothing(count: int) -> sparse.csr_array:
    return sparse.csr_array((count, count))


def test_two_goods_that_use_each_other():
    # One unit of a needs 0.2 of b, one unit of b needs 0.5 of a. For one a, by hand:
    # a = 1 + 0.5 b and b = 0.2 a, so a = 1 / (1 - 0.1) = 10/9 and b = 2/9.
    # Own burdens 3 and 1: x_a = 3 + 0.2 x_b and x_b = 1 + 0.5 x_a, so x_a = 3.2/0.9 and x_b = 2.5/0.9.
    uses = matrix([[0, 0.2], [0.5, 0]])

    found = requirements(uses, nothing(2), np.array([0]))
    burdens = intensities(uses, np.array([[3.0], [1.0]]))

    assert found.total[0] == pytest.approx([10 / 9, 2 / 9], rel=1e-15)
    assert found.borne.tolist() == [[0.0, 0.0]]
    assert burdens[:, 0] == pytest.approx([3.2 / 0.9, 2.5 / 0.9], rel=1e-15)
    assert found.loops[0].gain == pytest.approx(0.1**0.5, rel=1e-11)


def test_a_boiler_and_a_chp_that_feed_each_other():
    # Boiler (1,000 GJ) takes 10 MWh of the CHP (500 MWh), which takes 50 GJ of the boiler; a good (100 t)
    # takes 900 GJ. Per unit: boiler 0.01 MWh/GJ, CHP 0.1 GJ/MWh, good 9 GJ/t. For one tonne, h = 9 + 0.1 e
    # and e = 0.01 h: h = 9 / 0.999, e = 0.09 / 0.999. Heat alone (electricity is the edge that converts): 9
    # GJ, no electricity. The rest came through electricity.
    good, boiler, chp = 0, 1, 2
    outputs = np.array([100.0, 1000.0, 500.0])
    heat = coefficients(np.array([good, chp]), np.array([boiler, boiler]), np.array([900.0, 50.0]), outputs)
    electricity = coefficients(np.array([boiler]), np.array([chp]), np.array([10.0]), outputs)

    found = requirements(heat, electricity, np.array([good]))

    assert found.carried[0].tolist() == [1.0, 9.0, 0.0]
    assert found.borne[0] == pytest.approx([0.0, 9 / 0.999 - 9, 0.09 / 0.999], rel=1e-12)
    assert found.total[0] == pytest.approx([1.0, 9 / 0.999, 0.09 / 0.999], rel=1e-15)
    # 56 t in the boiler's fuel, 280 t in the CHP's: per GJ 0.056, per MWh 0.56; intensities by the same
    # algebra
    x = intensities(heat + electricity, np.array([[0.0], [0.056], [0.56]]))
    assert x[boiler, 0] == pytest.approx((0.056 + 0.01 * 0.56) / 0.999, rel=1e-14)
    assert x[good, 0] == pytest.approx(9 * (0.056 + 0.01 * 0.56) / 0.999, rel=1e-14)


def test_eq_61_62_a_complex_good_carries_its_precursors_and_theirs():
    # 2025/2547 Annex III B: 200 t of profile take 220 t of billet, 400 t of billet take 420 t of ingot, of
    # which 600 t were cast. m = M / AL: 1.1 and 1.05 (Eq 61). Own emissions 50, 800 and 900 t: ae = 0.25, 2
    # and 1.5 t per t (Eq 63). SEE = ae + sum of m x SEE (Eq 62): ingot 1.5, billet 2 + 1.05 x 1.5 = 3.575,
    # profile 0.25 + 1.1 x 3.575 = 4.1825; by Eq 59 (50 + 220 x 3.575) / 200, the same.
    profile, billet, ingot = 0, 1, 2
    outputs = np.array([200.0, 400.0, 600.0])
    uses = coefficients(
        np.array([profile, billet]), np.array([billet, ingot]), np.array([220.0, 420.0]), outputs
    )

    own = np.array([[50.0], [800.0], [900.0]]) / outputs[:, None]
    see = intensities(uses, own)[:, 0]
    needs = requirements(uses, nothing(3), np.array([profile])).total[0]

    assert uses.toarray()[[profile, billet], [billet, ingot]] == pytest.approx([1.1, 1.05], rel=1e-15)
    assert see == pytest.approx([4.1825, 3.575, 1.5], rel=1e-15)
    assert needs == pytest.approx([1, 1.1, 1.155], rel=1e-15)


def test_a_node_that_uses_its_own_output():
    # 5 % of the heat is pumped back: 1 / (1 - 0.05)
    found = requirements(matrix([[0.05]]), nothing(1), np.array([0]))

    assert found.total[0, 0] == pytest.approx(1 / 0.95, rel=1e-15)
    assert 0.05 <= found.loops[0].gain < 0.05 * (1 + 1e-14)


@pytest.mark.parametrize(
    ("uses", "sentence"),
    [
        pytest.param([[0, 2.0], [0.5, 0]], "boiler uses chp uses boiler", id="gain exactly 1"),
        pytest.param([[0, 3.0], [0.5, 0]], "boiler uses chp uses boiler", id="gain above 1"),
        pytest.param([[1.0, 0], [0, 0]], "boiler uses boiler", id="a node that eats all it makes"),
        pytest.param(
            [[0, 1.0, 1.0], [0.6, 0, 0], [0.6, 0, 0]],
            "alone it would pass",
            id="two loops that exceed 1 together",
        ),
        pytest.param(
            [[0, 0.1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2], [0.1, 0.5, 0, 0]],
            "the loop chp uses mill uses good uses chp consumes",
            id="the loop that is at fault, not the harmless one around it",
        ),
    ],
)
def test_an_unproductive_loop_is_refused_by_name(uses, sentence):
    with pytest.raises(UnproductiveLoopError, match=sentence):
        components(matrix(uses), names=["boiler", "chp", "mill", "good"])


def test_a_system_that_plain_elimination_answers_with_negative_footprints_is_refused():
    uses = matrix([[0, 3.0], [0.5, 0]])
    answer = np.linalg.solve(np.eye(2) - uses.toarray(), [1.0, 1.0])
    assert (answer < 0).all()  # finite and meaningless, without complaint

    with pytest.raises(UnproductiveLoopError):
        intensities(uses, np.ones((2, 1)))


def test_a_loop_just_below_one_passes_with_its_gain_proven():
    found = components(matrix([[0, 0.999999], [1.0, 0]]))

    assert found[0].gain == pytest.approx(0.999999**0.5, rel=1e-11)
    assert found[0].gain < 1


def test_a_node_without_output_is_named_and_never_divided_by():
    consumers, suppliers = np.array([0, 1]), np.array([2, 2])
    amounts, outputs = np.array([5.0, 20.0]), np.array([0.0, 10.0, 25.0])

    uses = coefficients(consumers, suppliers, amounts, outputs)

    assert idle_nodes(consumers, amounts, outputs).tolist() == [0]
    assert uses.toarray().tolist() == [[0, 0, 0], [0, 0, 2.0], [0, 0, 0]]


@pytest.mark.parametrize(("amount", "output"), [(-1.0, 1.0), (np.nan, 1.0), (1.0, -1.0), (1.0, np.inf)])
def test_amounts_that_cannot_be_are_refused(amount, output):
    with pytest.raises(ValueError, match="negative or not a number"):
        coefficients(np.array([0]), np.array([0]), np.array([amount]), np.array([output]))


def test_edges_between_the_same_two_nodes_add_up():
    uses = coefficients(np.array([0, 0]), np.array([1, 1]), np.array([1.0, 3.0]), np.array([2.0, 4.0]))

    assert uses.toarray()[0, 1] == 2.0


@st.composite
def factories(draw):
    """A random productive factory: nodes, outputs, edges (some electricity) and emissions of each node.

    Productive by construction: what all users take of a node stays below 90 % of what it yields.
    """
    count = draw(st.integers(2, 7))
    node = st.integers(0, count - 1)
    number = st.floats(0.1, 100, allow_nan=False)
    outputs = np.array(draw(st.lists(number, min_size=count, max_size=count)))
    wanted = draw(
        st.lists(
            st.tuples(node, node, st.floats(0.01, 1.0), st.booleans()),
            max_size=3 * count,
        )
    )
    consumers = np.array([edge[0] for edge in wanted], dtype=int)
    suppliers = np.array([edge[1] for edge in wanted], dtype=int)
    weights = np.array([edge[2] for edge in wanted])
    electric = np.array([edge[3] for edge in wanted], dtype=bool)
    demanded = np.bincount(suppliers, weights, minlength=count)
    scale = 0.9 * outputs / np.maximum(demanded, 1.0)
    emissions = np.array(draw(st.lists(st.floats(0, 1000), min_size=count, max_size=count)))
    return consumers, suppliers, weights * scale[suppliers], electric, outputs, emissions


def solved(factory):
    consumers, suppliers, amounts, electric, outputs, _ = factory
    count = len(outputs)
    carrying = coefficients(consumers[~electric], suppliers[~electric], amounts[~electric], outputs)
    converting = coefficients(consumers[electric], suppliers[electric], amounts[electric], outputs)
    found = requirements(carrying, converting, np.arange(count))
    return found, carrying + converting


@unhurried
@given(factories())
def test_what_is_put_in_comes_out_over_final_demand(factory):
    _, suppliers, amounts, _, outputs, emissions = factory
    found, _ = solved(factory)
    final_demand = outputs - np.bincount(suppliers, amounts, minlength=len(outputs))

    burdens = found.total @ (emissions / outputs)

    assert final_demand @ burdens == pytest.approx(emissions.sum(), rel=1e-10, abs=1e-10)


@unhurried
@given(factories())
def test_requirements_and_intensities_are_two_ways_to_one_answer(factory):
    outputs, emissions = factory[4], factory[5]
    found, uses = solved(factory)

    forward = intensities(uses, (emissions / outputs)[:, None])[:, 0]

    assert found.total @ (emissions / outputs) == pytest.approx(forward, rel=1e-10, abs=1e-12)


@unhurried
@given(factories(), st.floats(0.001, 1000))
def test_a_factory_of_another_size_has_the_same_figures(factory, size):
    consumers, suppliers, amounts, electric, outputs, emissions = factory
    larger = consumers, suppliers, amounts * size, electric, outputs * size, emissions

    assert solved(larger)[0].total == pytest.approx(solved(factory)[0].total, rel=1e-9, abs=1e-12)


@unhurried
@given(factories(), st.randoms(use_true_random=False))
def test_the_order_of_the_nodes_does_not_matter(factory, random):
    consumers, suppliers, amounts, electric, outputs, emissions = factory
    count = len(outputs)
    shuffled = list(range(count))
    random.shuffle(shuffled)
    new_number = np.empty(count, dtype=int)
    new_number[shuffled] = np.arange(count)
    renamed = (
        new_number[consumers],
        new_number[suppliers],
        amounts,
        electric,
        outputs[shuffled],
        emissions[shuffled],
    )

    first, second = solved(factory)[0], solved(renamed)[0]

    places = np.ix_(new_number, new_number)
    assert second.carried[places] == pytest.approx(first.carried, rel=1e-10, abs=1e-12)
    assert second.borne[places] == pytest.approx(first.borne, rel=1e-10, abs=1e-12)


@unhurried
@given(factories())
def test_nothing_is_negative_and_no_electricity_means_exactly_zero(factory):
    consumers, suppliers, amounts, electric, outputs, emissions = factory
    found, _ = solved(factory)
    without, _ = solved((consumers, suppliers, amounts, np.zeros_like(electric), outputs, emissions))

    assert (found.carried >= 0).all() and (found.borne >= 0).all()
    assert (without.borne == 0).all()


@unhurried
@given(factories(), st.floats(1.0, 5.0))
def test_any_loop_driven_past_one_is_refused(factory, excess):
    found, uses = solved(factory)
    for loop in found.loops:
        too_much = uses.toarray()
        block = np.ix_(loop.nodes, loop.nodes)
        too_much[block] *= excess * (1 + 1e-9) / loop.gain
        with pytest.raises(UnproductiveLoopError):
            components(sparse.csr_array(too_much))
