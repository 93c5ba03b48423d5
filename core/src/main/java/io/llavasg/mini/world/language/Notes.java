package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Square;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.language.Note.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A scene in {@linkplain Note notes}. */
public final class Notes {
  private Notes() {}

  /**
   * Of each thing, in the scene's order, its size, colour and kind, the squares that its centre is
   * {@linkplain Square#around around}, named as on a chessboard, such as three quarters {@code b4}
   * and a quarter {@code c4} (columns are a to i from the left, rows 1 to 9 from the top), and
   * whether it is {@code inside}, {@code on} or {@code behind} something.
   */
  public static List<Note> ofThings(Scene scene) {
    List<Contact> contacts = Contact.of(scene);
    return IntStream.range(0, scene.things().size())
        .mapToObj(i -> of(scene.things().get(i), contacts.get(i)))
        .toList();
  }

  private static Note of(Thing thing, Contact contact) {
    return Note.of(thing.magnitude().word(), thing.colour().word(), thing.kind().word())
        .and(Square.around(thing).stream().map(Notes::word).toList())
        .and(contact.word().map(word -> new Word(word, 1)).stream().toList());
  }

  private static Word word(Square.Part part) {
    Square square = part.square();
    return new Word(
        "%c%d".formatted((char) ('a' + square.column()), 1 + square.row()), part.share());
  }

  /** Of the background, such as {@code light striped}. */
  public static Note ofBackground(Scene scene) {
    return Note.of(scene.tone().word(), scene.pattern().word());
  }

  /** Of each thing, in chance order, and of the background. */
  static List<Note> of(Scene scene, Chance chance) {
    List<Note> notes = new ArrayList<>(chance.shuffled(ofThings(scene)));
    notes.add(ofBackground(scene));
    return notes;
  }
}
