package io.llavasg.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.llavasg.LlavaSgException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Unpacks and loads the native library behind {@link TokenizersLibrary}.
 *
 * <p>The binding's own loader looks for a GPU and, where it finds one, fetches another build over
 * the network; it also costs a fifth of a second at each start. This one takes the CPU build from
 * the class path, unpacks it once under {@code ~/.cache/llava-sg} (or the folder that the system
 * property {@code io.llavasg.cache} names), and falls back to a private temporary folder where that
 * cannot be written.
 */
final class NativeLibrary {
  private static boolean loaded;

  private NativeLibrary() {}

  static synchronized void load() {
    if (loaded) {
      return;
    }
    Build build = Build.of(System.getProperty("os.name"), System.getProperty("os.arch"));
    try {
      load(build, cacheFolder());
    } catch (IOException | UnsatisfiedLinkError unusable) {
      loadFromTemporaryFolder(build, unusable);
    }
    loaded = true;
  }

  private static void loadFromTemporaryFolder(Build build, Throwable reason) {
    try {
      Path folder = Files.createTempDirectory("llava-sg-");
      folder.toFile().deleteOnExit();
      for (Path file : load(build, folder)) {
        file.resolveSibling(".").normalize().toFile().deleteOnExit();
        file.toFile().deleteOnExit();
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      e.addSuppressed(reason);
      throw LlavaSgException.resources(
          e,
          "cannot load the tokenizer library (%s); make %s or the temporary folder writable",
          e,
          cacheFolder());
    }
  }

  private static Path cacheFolder() {
    String folder = System.getProperty("io.llavasg.cache");
    return folder != null
        ? Path.of(folder)
        : Path.of(System.getProperty("user.home"), ".cache", "llava-sg");
  }

  private static List<Path> load(Build build, Path cache) throws IOException {
    List<Path> files = unpack(build, cache);
    files.forEach(file -> System.load(file.toAbsolutePath().toString()));
    return files;
  }

  /** Unpacks what is not there yet. Each file appears whole or not at all, whoever else unpacks. */
  static List<Path> unpack(Build build, Path cache) throws IOException {
    Path folder = cache.resolve("tokenizers-" + version() + "-" + build.platform());
    List<Path> files = new ArrayList<>();
    for (String name : build.files()) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, name, ".part");
        try (InputStream content = resource(build.platform() + "/cpu/" + name)) {
          Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
      files.add(file);
    }
    return files;
  }

  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream content = resource("tokenizers.properties")) {
      properties.load(content);
    }
    return properties.getProperty("version", "unknown");
  }

  private static InputStream resource(String name) throws IOException {
    InputStream content =
        TokenizersLibrary.class.getClassLoader().getResourceAsStream("native/lib/" + name);
    if (content == null) {
      throw new FileNotFoundException("no native/lib/" + name + " on the class path");
    }
    return content;
  }

  /**
   * The native build of one platform.
   *
   * @param platform folder on the class path, such as {@code linux-x86_64}
   * @param files library files in the order in which they have to be loaded
   */
  record Build(String platform, List<String> files) {
    static Build of(String osName, String osArch) {
      String os = osName.toLowerCase(Locale.ROOT);
      boolean arm = osArch.equals("aarch64") || osArch.equals("arm64");
      if (os.startsWith("linux")) {
        return new Build(arm ? "linux-aarch64" : "linux-x86_64", List.of("libtokenizers.so"));
      }
      if (os.startsWith("mac") && arm) {
        return new Build("osx-aarch64", List.of("libtokenizers.dylib"));
      }
      if (os.startsWith("windows") && !arm) {
        return new Build(
            "win-x86_64",
            List.of(
                "libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll"));
      }
      throw LlavaSgException.resources(
          "no tokenizer library for %s on %s; run on Linux, Windows x86-64 or macOS arm64",
          osName, osArch);
    }
  }
}
