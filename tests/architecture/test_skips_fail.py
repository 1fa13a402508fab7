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
