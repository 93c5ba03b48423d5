package io.llavasg.mini.world;

import java.util.List;

/** Whether a background is light or dark; its colours are pale, so that things stand out. */
public enum Tone {
  LIGHT("light", List.of(0xdccfb4, 0xc6d6de, 0xc9d4bb, 0xdccaca, 0xcac6d8, 0xd0d0cb)),
  DARK("dark", List.of(0x66655a, 0x55636e, 0x586657, 0x6d5b5b, 0x5f5a70, 0x616164));

  private final String word;
  private final List<Integer> colours;

  Tone(String word, List<Integer> colours) {
    this.word = word;
    this.colours = colours;
  }

  public String word() {
    return word;
  }

  /** 0xRRGGBB. */
  List<Integer> colours() {
    return colours;
  }
}
