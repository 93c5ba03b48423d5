package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a data set lies: a folder, or one file in it, which has to have the name that a task wants.
 *
 * @param wanted the files that the task can read, a choice a line, for the error if there are none
 */
record DataFolder(Path root, List<String> wanted) {
  /** How deep Parquet files may lie below the folder: {@code CONFIGURATION/data/x.parquet}. */
  private static final int DEPTH = 4;

  DataFolder {
    wanted = List.copyOf(wanted);
    if (!Files.exists(root)) {
      throw LlavaSgException.user(
          "there is no '%s'; --data takes the folder of %s", root, String.join("; or of ", wanted));
    }
  }

  /** The first of several files that is there; a root that is a file itself, if it is called so. */
  Optional<Path> file(String... names) {
    if (Files.isRegularFile(root)) {
      return Stream.of(names)
          .filter(name -> Path.of(name).getFileName().equals(root.getFileName()))
          .map(name -> root)
          .findFirst();
    }
    return Stream.of(names).map(root::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** The folder that the files lie in. */
  Path folder() {
    return Files.isRegularFile(root) ? root.toAbsolutePath().resolveSibling("") : root;
  }

  /** Files of a folder whose names end so, in the order of their names. */
  List<Path> filesEnding(String folder, String... endings) {
    Path at = root.resolve(folder);
    if (!Files.isDirectory(at)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(at)) {
      return files
          .filter(file -> Stream.of(endings).anyMatch(ending -> name(file).endsWith(ending)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' is no folder that can be read", at);
    }
  }

  /** The Parquet files of a split, in order; none is fine. */
  List<Path> parquet(String split) {
    return ofOneFolder(allParquet(split), split);
  }

  /**
   * The Parquet files of a split of one of a repository's configurations: those in a folder of its
   * name, or else those that lie here, unless this is another one's folder.
   *
   * @param all the names of the repository's configurations
   */
  List<Path> parquet(String configuration, Set<String> all, String split) {
    Path top = folder().toAbsolutePath().normalize();
    Set<Path> here = Set.of(top, top.resolve("data"));
    String name = String.valueOf(top.getFileName());
    boolean others = all.contains(name) && !name.equals(configuration);
    List<Path> named = new ArrayList<>();
    List<Path> loose = new ArrayList<>();
    for (Path file : allParquet(split)) {
      Path in = file.toAbsolutePath().normalize().resolveSibling("");
      if (inFolder(top.relativize(in), configuration)) {
        named.add(file);
      } else if (here.contains(in) && !others) {
        loose.add(file);
      }
    }
    return ofOneFolder(named.isEmpty() ? loose : named, split);
  }

  private static boolean inFolder(Path path, String name) {
    for (Path part : path) {
      if (part.toString().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private List<Path> allParquet(String split) {
    List<Path> all = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          Set.of(FileVisitOption.FOLLOW_LINKS),
          DEPTH,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = name(file);
              if (name.equals(split + ".parquet")
                  || (name.startsWith(split + "-") && name.endsWith(".parquet"))) {
                all.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            // A link to a folder above it shows nothing new.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return e instanceof FileSystemLoopException
                  ? FileVisitResult.CONTINUE
                  : super.visitFileFailed(file, e);
            }
          });
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: %s", root, e.toString());
    }
    return all.stream().sorted().toList();
  }

  private List<Path> ofOneFolder(List<Path> chosen, String split) {
    List<Path> folders = chosen.stream().map(Path::getParent).distinct().toList();
    if (folders.size() > 1) {
      throw LlavaSgException.user(
          "'%s' holds %s-*.parquet of several data sets, in %s; give the folder of one",
          root, split, folders);
    }
    return chosen;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** Folders of images below this one, the usual one first; those that are there are looked in. */
  ImageFolder images(String... folders) {
    List<Path> present =
        Stream.of(folders).map(folder()::resolve).filter(Files::isDirectory).toList();
    return new ImageFolder(present.isEmpty() ? List.of(folder().resolve(folders[0])) : present);
  }

  /** The error that there is nothing to read. */
  LlavaSgException missing(String task, String split) {
    return LlavaSgException.user(
        "'%s' holds no %s data of split '%s'; it has to hold %s",
        root, task, split, String.join("; or ", wanted));
  }
}
