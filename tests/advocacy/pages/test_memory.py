"""A bounded memory."""

from advocacy.pages.memory import Memory


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    memory: Memory[str] = Memory()
    for name in ("a", "b", "c"):
        memory.put(name, name.upper(), 10, room=30)
    assert memory.get("a") == "A"
    memory.put("d", "D", 10, room=30)
    assert [memory.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    assert memory.size == 30


def test_what_is_larger_than_the_room_is_not_kept_and_a_new_value_replaces_the_former() -> None:
    memory: Memory[str] = Memory()
    memory.put("a", "A", 20, room=30)
    memory.put("a", "B", 10, room=30)
    assert (memory.get("a"), memory.size) == ("B", 10)
    memory.put("b", "too much", 31, room=30)
    assert (memory.get("b"), len(memory), memory.size) == (None, 0, 0)
