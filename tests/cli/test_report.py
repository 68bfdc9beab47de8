"""What does the verb refuse before it asks any cloud? The rest is in tests/life/test_report.py."""

from cli.main import main


def test_a_model_of_no_catalogue_is_refused_before_anything_is_read_or_written(tmp_path, capsys):
    assert main(["report", "../nobody", "--to", str(tmp_path)]) == 3
    assert "no model '../nobody'" in capsys.readouterr().err
    assert list(tmp_path.rglob("*")) == []
