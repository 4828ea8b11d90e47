package org.bactrian.embedded;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;

/** What a person does in Hawtio, step by step. Each step returns when its page is there. */
public final class HawtioPages {
    /** The diagram is drawn first and fitted to the window some time after: it must not have moved for a second. */
    private static final String SETTLED = """
            () => {
              const moved = document.querySelector('.react-flow__viewport').style.transform;
              if (window.lastMoved !== moved) {
                window.lastMoved = moved;
                window.lastMovedAt = performance.now();
              }
              return performance.now() - window.lastMovedAt > 1000;
            }
            """;

    private final Page page;
    private final String url;

    /** @param port of Hawtio, on 127.0.0.1 */
    public HawtioPages(Browser browser, int port) {
        this.page = browser.page();
        this.url = "http://127.0.0.1:%d/".formatted(port);
    }

    /** Enters by the bare address. */
    public HawtioPages logIn(String user, String password) {
        page.navigate(url);
        page.locator("#pf-login-username-id").fill(user);
        page.locator("#pf-login-password-id").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in"))
                .click();
        camel().waitFor();
        return this;
    }

    /** Camel, the route in the tree, its diagram with at least one node. */
    public HawtioPages openRouteDiagram(String routeId) {
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Camel").setExact(true))
                .click();
        page.locator("li[id$='-routes-%1$s-folder'], li[id$='-routes-%1$s']".formatted(routeId))
                .locator(".pf-v6-c-tree-view__node-text")
                .first()
                .click();
        page.getByRole(
                        AriaRole.HEADING,
                        new Page.GetByRoleOptions().setName(routeId).setExact(true))
                .waitFor();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Route Diagram"))
                .click();
        nodes().first().waitFor();
        page.waitForFunction(SETTLED);
        return this;
    }

    /** What the diagram's boxes say, whitespace made one blank: counters, a label, {@code (ID: …)}. Long ones end in dots. */
    public List<String> diagram() {
        return nodes().allInnerTexts().stream()
                .map(text -> text.replaceAll("\\s+", " ").strip())
                .toList();
    }

    private Locator nodes() {
        return page.locator(".react-flow__node");
    }

    private Locator camel() {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName("Camel").setExact(true));
    }
}
