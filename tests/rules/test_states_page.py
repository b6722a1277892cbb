"""The page about states says what the tables say."""

from config.management.commands.draw_states import PAGE, page


def test_the_page_about_states_is_the_one_the_tables_draw() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run manage.py draw_states."
