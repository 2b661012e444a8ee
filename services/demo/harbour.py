from services.demo.story import Story
HARBOUR = Story("harbour", ())
