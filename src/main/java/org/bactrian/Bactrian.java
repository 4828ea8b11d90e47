package org.bactrian;

public final class Bactrian {
    private Bactrian() {}

    public static void main(String[] args) {}
}
