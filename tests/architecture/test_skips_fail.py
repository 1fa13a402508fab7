"""A run that hides something behind a skip is not green.

Law: skips are allowed to people, never to the machine that vouches for the whole.
"""

import pytest

ONE_SKIPPED = """
import pytest

def test_passes() -> None:
    assert True

def test_lacks_its_material() -> None:
    pytest.skip("the material is absent")
"""


def test_a_skip_fails_the_vouching_run_and_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENTHREAD_CI", "1")
    pytester.makepyfile(ONE_SKIPPED)
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.stdout.fnmatch_lines(["*test_lacks_its_material: *the material is absent"])


def test_a_skip_is_allowed_elsewhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOLDENTHREAD_CI", raising=False)
    pytester.makepyfile(ONE_SKIPPED)
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.OK


def test_a_whole_module_skipped_fails_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENTHREAD_CI", "1")
    pytester.makepyfile(
        test_whole="import pytest\npytest.skip('no browser', allow_module_level=True)",
        test_other="def test_passes() -> None:\n    assert True",
    )
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run.stdout.fnmatch_lines(["*test_whole.py: *no browser"])


WITHOUT_KAFKA = """
import pytest

def test_needs_kafka() -> None:
    pytest.skip("KAFKA NOT TESTED: no Java")
"""


def test_what_needs_kafka_may_be_skipped_only_where_the_run_was_told_why(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENTHREAD_CI", "1")
    monkeypatch.delenv("KAFKA_NOT_TESTED", raising=False)
    pytester.makepyfile(WITHOUT_KAFKA)
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.TESTS_FAILED

    monkeypatch.setenv("KAFKA_NOT_TESTED", "the jars were not to be had")
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.OK
    run.stdout.fnmatch_lines(["*KAFKA NOT TESTED: the jars were not to be had*", "1 tests need*"])


def test_a_missing_broker_excuses_no_other_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENTHREAD_CI", "1")
    monkeypatch.setenv("KAFKA_NOT_TESTED", "the jars were not to be had")
    pytester.makepyfile(ONE_SKIPPED)
    run = pytester.runpytest_subprocess("-p", "shared.testing.skips")
    assert run.ret == pytest.ExitCode.TESTS_FAILED
