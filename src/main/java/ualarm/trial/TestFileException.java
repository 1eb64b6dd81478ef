package ualarm.trial;

/** A test file cannot be read. */
public final class TestFileException extends RuntimeException {

    /**
     * @param file the file as it is shown
     * @param line where in it, from 1 on
     * @param what what is wrong, without a full stop
     * @param remedy what to write, a whole sentence
     */
    TestFileException(String file, int line, String what, String remedy) {
        super(file + ":" + line + ": " + what + ". " + remedy, null, false, false);
    }
}
