package org.bactrian.embedded;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Chromium with a fresh profile, one page of it, driven by Playwright. It is the one of the operating system;
 * nothing is downloaded. Where there is none, {@link #start} skips the test, unless {@code -Dbrowser.required=true}.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 1000;

    private final Playwright playwright;
    private final Page page;

    private Browser(Playwright playwright, Page page) {
        this.playwright = playwright;
        this.page = page;
    }

    /**
     * Starts one; about a second.
     *
     * @throws org.opentest4j.TestAbortedException if there is no Chromium and none is required
     */
    public static Browser start() {
        var chromium = find();
        if (chromium.isEmpty() && !Boolean.getBoolean("browser.required")) {
            Assumptions.abort("no Chromium on the PATH (on Debian: apt install chromium); browser tests are skipped");
        }
        var options = new BrowserType.LaunchOptions()
                .setExecutablePath(chromium.orElseThrow(
                        () -> new IllegalStateException("browser.required=true needs one of %s".formatted(NAMES))))
                .setArgs(List.of(
                        "--no-sandbox", // root may not use it; our own pages are all that it sees
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync"));
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            BrowserContext profile = playwright
                    .chromium()
                    .launch(options)
                    .newContext(
                            new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(WIDTH, HEIGHT));
            return new Browser(playwright, profile.newPage());
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    public Page page() {
        return page;
    }

    /**
     * Takes a picture of what the page shows now.
     *
     * @param name becomes {@code target/screenshots/<name>.png}
     */
    public Path screenshot(String name) {
        var file = Path.of("target", "screenshots", name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        return file;
    }

    @Override
    public void close() {
        playwright.close();
    }

    private static Optional<Path> find() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
