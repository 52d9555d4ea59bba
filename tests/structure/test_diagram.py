"""The documentation's picture is the table's."""

from tests.structure.diagram import BEGIN, END, PAGE, diagram, page_with


def test_the_drawing_in_the_architecture_page_is_the_table_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert BEGIN in page
    assert END in page
    assert page == page_with(diagram(), page), "run packaging/diagram"
