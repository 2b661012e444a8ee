from services.demo.story import Story
GRIEVANCE = Story("grievance", ())
